import type { HostLog } from '../../output/host-log.ts';

/** A host's answer: the backup that it is about, and what its log says. */
export interface HostAnswer {
  readonly timestamp: string | undefined;
  readonly log: HostLog;
}

type Fields = Readonly<Record<string, unknown>>;
type Kind = 'text' | 'number' | 'text or null';

const COUNTS = [
  'stored_objects',
  'stored_bytes',
  'read_objects',
  'read_bytes',
  'retries',
  'warnings',
  'errors',
  'messages_left_out',
] as const;
const OF_HOST = { detail: 'text or null', first: 'text or null', last: 'text or null' } as const;
const OF_MESSAGE = { time: 'text', level: 'text', message: 'text', count: 'number' } as const;
const OF_OBJECT = {
  time: 'text',
  action: 'text',
  key: 'text',
  table: 'text or null',
  bytes: 'number',
  seconds: 'number',
  retries: 'number',
} as const;

/**
 * Reads the line of JSON that `log --json` printed on a host. Undefined: it is of another form, as another version's may
 * be, or not what was asked for.
 * @param host its name here, whatever it calls itself
 */
export function readAnswer(host: string, line: string): HostAnswer | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isFields(json)) return undefined;
  const { result } = json;
  if (!isFields(result) || !Array.isArray(result['hosts'])) return undefined;
  const { timestamp } = result;
  const [log] = result['hosts'] as readonly unknown[];
  const isTimestamp = typeof timestamp === 'string' && /^\d{14}$/.test(timestamp);
  if (!isTimestamp && timestamp !== null) return undefined;
  if (!isFields(log) || !isHostLog(log)) return undefined;
  return {
    timestamp: isTimestamp ? timestamp : undefined,
    // Its type is checked just above.
    log: { ...(log as unknown as HostLog), host },
  };
}

function isHostLog(log: Fields): boolean {
  const { status, messages, slowest } = log;
  return (
    (status === 'ok' || status === 'none') &&
    COUNTS.every((name) => typeof log[name] === 'number') &&
    has(log, OF_HOST) &&
    areAll(messages, OF_MESSAGE) &&
    areAll(slowest, OF_OBJECT)
  );
}

function areAll(list: unknown, kinds: Readonly<Record<string, Kind>>): boolean {
  return Array.isArray(list) && list.every((one) => isFields(one) && has(one, kinds));
}

function has(fields: Fields, kinds: Readonly<Record<string, Kind>>): boolean {
  return Object.entries(kinds).every(([name, kind]) => {
    const value = fields[name];
    if (value === null) return kind === 'text or null';
    return typeof value === (kind === 'number' ? 'number' : 'string');
  });
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
