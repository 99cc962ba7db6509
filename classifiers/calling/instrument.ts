/** What the function does to each SDK client before its first call, such as tracing. */
export type Instrument = <Client extends object>(client: Client) => Promise<Client>;

export const uninstrumented: Instrument = async (client) => client;
