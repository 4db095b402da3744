import type { ControlEvents, Cursor } from '@signalbox/shared/protocol';
import type { DefaultEventsMap, Namespace, Socket } from 'socket.io';

export type ControlSocket = Socket<DefaultEventsMap, ControlEvents, DefaultEventsMap, object>;
export type ControlNamespaceServer = Namespace<DefaultEventsMap, ControlEvents, DefaultEventsMap, object>;

/** A subscriber of a project, and where it is in the project's sequence. */
export interface Viewer {
  readonly socket: ControlSocket;
  /**
   * `asked`: not answered yet. `behind`: brought up to date on its own, from `position` or, without one, from a
   * snapshot. `live`: gets every frame together with the others. `gone`: left, or subscribed anew.
   */
  state: 'asked' | 'behind' | 'live' | 'gone';
  position: Cursor | undefined;
  /** Its own requests whose effect it has not been sent yet. */
  caused: { seq: number; requestId: string }[];
}
