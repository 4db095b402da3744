export interface SnippetFacts {
  /** Where the hub is, without a slash at the end. */
  url: string;
  project: string;
  agentId: string;
  role: string;
  /** Null until one was made here. */
  token: string | null;
}

export const LANGUAGES = ['typescript', 'python', 'curl'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface Snippet {
  label: string;
  /** The command that brings what the program needs; none for curl. */
  install: string | null;
  code: string;
}

const TOKEN_PLACE = 'PASTE-A-TOKEN-HERE';

/** What a person pastes into a file and runs. Each says what to do when refused, beats, and obeys directives. */
export const snippetsFor = (facts: SnippetFacts): Record<Language, Snippet> => ({
  typescript: { label: 'TypeScript', install: `npm i ${facts.url}/dl/signalbox.tgz`, code: typescript(facts) },
  python: { label: 'Python', install: 'pip install "python-socketio[client]"', code: python(facts) },
  curl: { label: 'curl', install: null, code: curl(facts) },
});

/** A local agent of the same user finds hub and token by itself; the page's own token works from anywhere. */
const typescript = ({
  url,
  project,
  agentId,
  role,
  token,
}: SnippetFacts): string => `// ${agentId}.mjs — run it with: node ${agentId}.mjs
import { AgentClient } from 'signalbox';

const agent = new AgentClient({
  url: '${url}',
${token === null ? "  // On the machine of the hub no token is needed; elsewhere: token: '…'," : `  token: '${token}',`}
  project: '${project}',
  id: '${agentId}',
  role: '${role}',
});

agent.onTask(async (task, work) => {
  await work.progress(50, { doing: \`working on \${task.title}\` });
  return 'What was done, in a sentence.';
});

agent.onDirective(async (order) => {
  console.log(order.directive.from, 'says', order.directive.action, order.directive.body ?? '');
  await order.acknowledge();
});

// Refused for good, then or later: the message says what to do. Lost connections come back by themselves.
agent.onState((now) => {
  if (now.state === 'closed' && now.error !== null) console.error(now.error.message);
});

await agent.connect(); // from here on heartbeats go by themselves
`;

const python = ({
  url,
  project,
  agentId,
  role,
  token,
}: SnippetFacts): string => `# ${agentId}.py — run it with: python ${agentId}.py
import uuid
import socketio

sio = socketio.Client()  # comes back by itself when the connection is lost
HUB = dict(namespace="/agent")

def call(command, data):
    answer = sio.call(command, data, **HUB)
    if not answer["ok"]:
        print(command, "refused:", answer["error"]["message"])
    return answer

def beat(every):
    while True:
        sio.sleep(every)
        if "/agent" in sio.namespaces:
            sio.emit("agent.heartbeat", {}, **HUB)

beating = False

@sio.on("welcome", **HUB)
def welcome(me):
    global beating
    print("registered as", me["agentId"])
    if not beating:
        beating = True
        sio.start_background_task(beat, me["heartbeatEveryMs"] / 1000)

@sio.on("connect_error", **HUB)
def connect_error(error):
    data = error.get("data") if isinstance(error, dict) else None
    print("refused:", (data or {}).get("message", error))

@sio.on("directive", **HUB)
def directive(frame):
    order = frame["directive"]
    print(order["from"], "says", order["action"], order.get("body", ""))
    sio.emit("directive.receipt", {"directiveId": order["id"], "state": "acknowledged"}, **HUB)
    return "received"  # tells the hub that the frame is here

@sio.on("task.assigned", **HUB)
def task_assigned(frame):
    task = frame["task"]
    fence = {"taskId": task["id"], "attempt": task["attempt"]}
    if call("task.start", fence)["ok"]:
        call("task.progress", {**fence, "progress": 50})
        call("task.complete", {**fence, "result": {"summary": "What was done, in a sentence."}})

@sio.on("superseded", **HUB)
def superseded(_):
    print("another process has this id now")
    sio.disconnect()

sio.connect(
    "${url}",
    transports=["websocket"],
    namespaces=["/agent"],
    auth={
        "token": "${token ?? TOKEN_PLACE}",
        "project": "${project}",
        "protocol": 1,
        "agent": {"id": "${agentId}", "role": "${role}", "instance": uuid.uuid4().hex},
    },
)
sio.wait()
`;

const curl = ({
  url,
  project,
  agentId,
  role,
  token,
}: SnippetFacts): string => `# ${agentId}.sh — run it with: bash ${agentId}.sh
hub() { # command, JSON, further headers; a refusal says in "message" what to do
  curl -sS "${url}/api/v1/projects/${project}/$1" -d "$2" "\${@:3}" \\
    -H "Authorization: Bearer ${token ?? TOKEN_PLACE}" -H "Content-Type: application/json"
}

welcome=$(hub agent.register '{"id":"${agentId}","role":"${role}","accepts":"pull"}')
echo "$welcome"
connection=$(sed -n 's/.*"connection":\\([0-9]*\\).*/\\1/p' <<<"$welcome")
[ -n "$connection" ] || exit 1
me=(-H "Signalbox-Agent: ${agentId}" -H "Signalbox-Connection: $connection")

while true; do # heartbeats bring what a socket would be pushed: directives, messages, answers, a task
  pending=$(hub agent.heartbeat '{"activity":{"doing":"looking around"}}' "\${me[@]}")
  for directive in $(grep -o '"D-[0-9]*"' <<<"$pending" | sort -u); do
    echo "directive $directive"
    hub directive.receipt "{\\"directiveId\\":$directive,\\"state\\":\\"acknowledged\\"}" "\${me[@]}" >/dev/null
  done
  sleep 10
done
`;
