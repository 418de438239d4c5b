/** The groups of cases, in the order of the document. */
export const FAULT_GROUPS = [
  'Network',
  'Server answers',
  'Process',
  'Restore integrity',
  'Bad input',
] as const;

export type FaultGroup = (typeof FAULT_GROUPS)[number];

/** What one case of the fault suites did when it last passed. */
export interface CaseRecord {
  readonly group: FaultGroup;
  readonly title: string;
  /** Operations put through the fault; each of them survived or failed cleanly. */
  readonly tried: number;
  readonly survived: number;
  readonly failedCleanly: number;
}

/** The lines that passed cases have appended. @throws when a line is none of ours. */
export function parseRecords(text: string): CaseRecord[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const record = JSON.parse(line) as CaseRecord;
      if (!FAULT_GROUPS.includes(record.group) || typeof record.title !== 'string') {
        throw new Error(`not a record of a case: ${line}`);
      }
      if (record.tried !== record.survived + record.failedCleanly || record.tried < 1) {
        throw new Error(`the counts of a case do not add up: ${line}`);
      }
      return record;
    });
}

/** Names a case in messages, and tells cases apart. */
export function caseName({ group, title }: Pick<CaseRecord, 'group' | 'title'>): string {
  return `${group}: ${title}`;
}
