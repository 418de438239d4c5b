import { escapeControls } from '../log/line.ts';
import type { Figures, Finding } from './finding.ts';
import { worstOf } from './finding.ts';
import type { Paper } from './result.ts';

const COLOURS = { ok: 32, warn: 33, FAIL: 31 } as const;

/** A line for each finding, `ok    what  detail  HINT: what to do`, and how many there are of each kind. */
export function* checkLines(findings: readonly Finding[], { colours }: Paper): Generator<string> {
  const names = findings.map(nameOf);
  const width = names.reduce((most, name) => Math.max(most, Bun.stringWidth(name)), 0);
  for (const [index, { status, detail, hint }] of findings.entries()) {
    const name = names[index] ?? '';
    const word = status.padEnd(4);
    const shown = colours ? `\u001b[${COLOURS[status]}m${word}\u001b[0m` : word;
    const padded = name + ' '.repeat(width - Bun.stringWidth(name));
    const end = hint === undefined ? '' : `  HINT: ${escapeControls(hint)}`;
    yield `${shown}  ${padded}  ${escapeControls(detail)}${end}\n`;
  }
  yield `${checkSummary(findings)}\n`;
}

function nameOf({ host, what }: Finding): string {
  return escapeControls(host === undefined ? what : `${host}: ${what}`);
}

/** `18 ok, 2 warnings, 1 failure`. */
export function checkSummary(findings: readonly Finding[]): string {
  const count = (wanted: Finding['status']): number =>
    findings.filter(({ status }) => status === wanted).length;
  const [warnings, failures] = [count('warn'), count('FAIL')];
  const unseen = findings.filter((finding) => finding.unseen === true).length;
  return [
    `${count('ok')} ok`,
    ...(warnings === 0 ? [] : [`${warnings} warning${warnings === 1 ? '' : 's'}`]),
    ...(failures === 0 ? [] : [`${failures} failure${failures === 1 ? '' : 's'}`]),
    ...(unseen === 0 ? [] : [`${unseen} of the ok can't be seen`]),
  ].join(', ');
}

const NAGIOS = { ok: 'OK', warn: 'WARNING', FAIL: 'CRITICAL' } as const;

/**
 * The one line of a Nagios plugin: status, words, and figures behind a bar (Monitoring Plugins, "Development
 * Guidelines", "Performance data": label=value[unit];warn;crit).
 * @param maxAge seconds
 */
export function nagiosLine(
  findings: readonly Finding[],
  figures: Figures,
  maxAge: number | undefined,
): string {
  const worst = worstOf(findings);
  const bad = findings.filter(({ status }) => status !== 'ok');
  const first = bad.toSorted((one, other) => rank(one) - rank(other));
  const backup = findings.find(({ what, host }) => what === 'last backup' && host === undefined);
  const words =
    first.length === 0
      ? [`${findings.length} checks`, ...(backup === undefined ? [] : [`last backup ${backup.detail}`])]
      : first.map((finding) => `${nameOf(finding)}: ${finding.detail}`);
  const data = [
    figures.age === undefined ? undefined : `age=${figures.age}s;;${maxAge ?? ''}`,
    figures.latency === undefined ? undefined : `latency=${figures.latency}s`,
    figures.up === undefined ? undefined : `up=${figures.up}B`,
    figures.down === undefined ? undefined : `down=${figures.down}B`,
    `warnings=${findings.filter(({ status }) => status === 'warn').length}`,
    `failures=${findings.filter(({ status }) => status === 'FAIL').length}`,
  ].filter((one) => one !== undefined);
  // A bar would begin the figures.
  const text = escapeControls(words.join('; ')).replaceAll('|', '/').slice(0, 1000);
  return `GPBACKUP_S3 ${NAGIOS[worst]} - ${text} | ${data.join(' ')}\n`;
}

function rank({ status }: Finding): number {
  return status === 'FAIL' ? 0 : 1;
}
