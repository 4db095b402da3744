/** One of the two that are compared: a server that runs, with its Redis. */
export interface Side {
  readonly name: 'ours' | 'reference';
  readonly port: number;
  readonly pid: number;
  readonly redis: { readonly pid: number; readonly socketPath: string };
  readonly project: string;
  /** What its agents connect with; the reference reads none of it. */
  readonly agentToken: string;
  /** An agent is there when it has its state; on the reference, when it is connected. */
  readonly upWith: 'namespace' | 'welcome';
  stop(): Promise<void>;
}
