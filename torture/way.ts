/** How a hub is reached through a wire: the address of the wire, and the name under which the hub knows itself. */
export interface Way {
  url: string;
  host: string;
}
