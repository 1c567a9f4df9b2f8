const form = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** Reads RFC 3339, or a date alone (its beginning in UTC), in milliseconds; undefined for anything else. */
export function parseTime(text: string): number | undefined {
  if (!form.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
