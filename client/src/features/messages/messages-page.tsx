import { useNavigation } from '../../hub/navigation.ts';
import { useConn } from '../../hub/use-hub.ts';
import { Field, TextInput } from '../../ui/field.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { EVERYTHING, keyOf } from './conversation.ts';
import { ConversationList } from './conversation-list.tsx';
import { ConversationView } from './conversation-view.tsx';
import styles from './messages-page.module.css';
import { type Places, PlacesContext } from './places.tsx';
import { useAnswer } from './use-answer.ts';
import { UnreadProvider } from './use-conversations.ts';
import { DeadLettersProvider } from './use-dead-letters.ts';
import { MessageStoreContext, useMessageStore } from './use-messages.ts';

/** Who writes what to whom. Without a choice a wide page shows everything, a phone the list. */
export function MessagesPage({ places }: { places: Places }) {
  const store = useMessageStore();
  const { query, setQuery } = useNavigation();
  const loaded = useConn((conn) => conn.loaded);
  const shown = places.current ?? EVERYTHING;
  const key = keyOf(shown);
  const { answer, request } = useAnswer(places);
  return (
    <PlacesContext value={places}>
      <MessageStoreContext value={store}>
        <UnreadProvider>
          <DeadLettersProvider>
            <div className={styles.page} data-testid="messages-page" data-chosen={places.current !== null}>
              <div className={styles.side}>
                <Field label="Filter" hidden>
                  <TextInput
                    type="search"
                    placeholder="Filter by thread or agent"
                    value={query}
                    onChange={(event) => setQuery(event.target.value)}
                  />
                </Field>
                {loaded ? <ConversationList /> : <Skeleton label="Conversations are loading" height={320} />}
              </div>
              <div className={styles.main}>
                {loaded ? (
                  <ConversationView
                    key={key}
                    conversation={shown}
                    onAnswer={answer}
                    request={request.key === key ? request.count : 0}
                  />
                ) : (
                  <Skeleton label="Messages are loading" height={480} />
                )}
              </div>
            </div>
          </DeadLettersProvider>
        </UnreadProvider>
      </MessageStoreContext>
    </PlacesContext>
  );
}
