/** Redshift's names of date parts → DuckDB's. */
export const DATE_PARTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    year: ["y", "yr", "yrs", "years"],
    quarter: ["qtr", "qtrs", "quarters"],
    month: ["mon", "mons", "months"],
    week: ["w", "weeks"],
    day: ["d", "days"],
    hour: ["h", "hr", "hrs", "hours"],
    minute: ["m", "min", "mins", "minutes"],
    second: ["s", "sec", "secs", "seconds"],
    millisecond: ["ms", "msec", "msecs", "milliseconds"],
    microsecond: ["us", "usec", "usecs", "microseconds"],
    dow: ["dayofweek", "weekday", "dw"],
    doy: ["dayofyear", "dy", "yearday"],
  }).flatMap(([part, names]) => [part, ...names].map((name) => [name, part] as const)),
);

const ADDED_INTERVALS = { year: "to_years", quarter: "to_quarters", month: "to_months", week: "to_weeks", day: "to_days", hour: "to_hours", minute: "to_minutes", second: "to_seconds", millisecond: "to_milliseconds", microsecond: "to_microseconds" };

const DATE_FORMATS = { YYYY: "%Y", YY: "%y", MM: "%m", Month: "%B", Mon: "%b", DDD: "%j", DD: "%d", Day: "%A", Dy: "%a", HH24: "%H", HH12: "%I", HH: "%I", MI: "%M", SS: "%S", MS: "%g", US: "%f", AM: "%p", PM: "%p", IYYY: "%G", IW: "%V" };

/** Functions analysts know from Redshift, as macros over DuckDB's; created anew at every start. */
export function dialectFunctions(): string[] {
  const added = Object.entries(ADDED_INTERVALS).map(([part, interval]) => `WHEN '${part}' THEN ${interval}(CAST(amount AS INTEGER))`);
  // Longest names first, each through a private character, so that a letter put in is never replaced again.
  const formats = Object.entries(DATE_FORMATS).sort(([a], [b]) => b.length - a.length);
  const marked = formats.reduce((sql, [name], index) => `replace(${sql}, '${name}', chr(${0xe000 + index}))`, "format");
  const format = formats.reduce((sql, [, code], index) => `replace(${sql}, chr(${0xe000 + index}), '${code}')`, marked);
  return [
    "getdate() AS (now() AT TIME ZONE 'UTC')",
    `dateadd(part, amount, moment) AS moment + CASE part ${added.join(" ")} END`,
    "datepart(part, moment) AS date_part(part, moment)",
    "add_months(moment, amount) AS moment + to_months(CAST(amount AS INTEGER))",
    "nvl2(value, present, absent) AS CASE WHEN value IS NOT NULL THEN present ELSE absent END",
    "isnull(value, otherwise) AS coalesce(value, otherwise)",
    "convert_timezone(target, moment) AS timezone(target, timezone('UTC', CAST(moment AS TIMESTAMP))), (source, target, moment) AS timezone(target, timezone(source, CAST(moment AS TIMESTAMP)))",
    `to_char(moment, format) AS strftime(moment, ${format})`,
    "charindex(part, whole) AS instr(whole, part)",
    "regexp_substr(whole, pattern) AS nullif(regexp_extract(whole, pattern), '')",
    "regexp_count(whole, pattern) AS len(regexp_extract_all(whole, pattern))",
    "btrim(value) AS trim(value)",
    "can_json_parse(value) AS coalesce(json_valid(value), false)",
    "is_valid_json(value) AS coalesce(json_valid(value), false)",
    "json_parse(value) AS CAST(value AS JSON)",
    "json_serialize(value) AS CAST(to_json(value) AS VARCHAR)",
    "get_array_length(value) AS CAST(json_array_length(to_json(value)) AS BIGINT)",
  ].map((definition) => `CREATE OR REPLACE MACRO main.${definition}`);
}
