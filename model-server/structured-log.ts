export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;
export type Log = (level: "info" | "error", message: string, fields?: LogFields) => void;

/** One JSON object a line on standard output, where the container's log driver takes it. Never a customer's words or sound. */
export const logToConsole: Log = (level, message, fields = {}) => {
  console.log(JSON.stringify({ level: level.toUpperCase(), message, timestamp: new Date().toISOString(), service: "model-server", ...fields }));
};
