import { readFirstLine } from '../../base/first-line.ts';
import { printable } from '../../base/printable.ts';
import { REMOTE } from '../options/second-site.ts';
import type { OutsideValues } from './outside-values.ts';

const TARGETS = ['', REMOTE].flatMap((site) =>
  ['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token'].map((name) => `${site}${name}`),
);

/** Puts the first lines of files into the options that they are for. */
export function readFiles(outside: OutsideValues): void {
  for (const target of TARGETS) {
    const source = `${target}_file`;
    const line = outside.get(source) === undefined ? undefined : lineFor(outside, source, target);
    if (line !== undefined) outside.put(target, line, `the first line of ${source}`);
  }
  readProxyPassword(outside);
}

/** The proxy's address with the password in it, encoded as an address needs it. */
function readProxyPassword(outside: OutsideValues): void {
  const source = 'http_proxy_password_file';
  if (outside.get(source) === undefined) return;
  const address = outside.get('http_proxy');
  const [, start = '', user = '', colon, rest = ''] =
    /^(\s*(?:[A-Za-z][A-Za-z0-9+.-]*:\/\/)?)([^:]*)(:.*)?(@[^@]*)$/s.exec(address ?? '') ?? [];
  if (user === '') {
    const problem = `"${source}" needs "http_proxy" with a user: http://user@host:port`;
    outside.problems.push(...outside.relevant([problem]));
  } else if (colon !== undefined) {
    outside.miss('http_proxy', `"http_proxy" has a password, and "${source}" is set: keep one of them`);
  } else {
    const line = lineFor(outside, source, 'http_proxy');
    if (line === undefined) return;
    outside.put('http_proxy', `${start}${user}:${encodeURIComponent(line)}${rest}`, address ?? '');
  }
}

function lineFor(outside: OutsideValues, source: string, target: string): string | undefined {
  const path = outside.get(source) ?? '';
  if (target !== 'http_proxy' && outside.get(target) !== undefined) {
    outside.miss(target, `"${target}" and "${source}" are both set: keep one of them`);
    return undefined;
  }
  const read = readFirstLine(path);
  if ('why' in read) {
    outside.miss(target, `option "${source}": ${printable(path)} can't be used: ${read.why}`);
    return undefined;
  }
  if (read.open) outside.warnings.push(`every user of this host can read ${path} (${source}): chmod 600 it`);
  return read.line;
}
