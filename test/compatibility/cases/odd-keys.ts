import { expect } from 'bun:test';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BACKUP_DIR, type Outcome, TIMESTAMP } from '../../../lab/program/plugin.ts';
import type { Case } from '../case.ts';
import { codeIn, type Trial } from '../trial.ts';
import { nameOf } from './sizes.ts';

/** Names that break servers and clients which encode, decode or sort them wrongly. */
const NAMES = [
  'two words',
  ' blanks around ',
  'a+b',
  '100%41',
  "it's (a) *star*!",
  'a&b=c;d,e:f@g$h',
  'what?#fragment',
  'quo"te <tag> [x] {y} |z^`',
  'back\\slash',
  'Grüße, 日本語, Ω',
  'cafe\u0301',
  '😀',
  '~tilde.-_',
  '...dots',
  '.hidden',
  '007',
  '1e3',
];

/** A command did all of its work, or says clearly that it can't: never half of it in silence. */
function worked(trial: Trial, outcome: Outcome): boolean {
  if (outcome.exitCode === 0) {
    expect(outcome.stderr).toBe('');
    return true;
  }
  trial.expectTold(outcome, /./);
  return false;
}

/** Stores a file of this name, looks at it past the program, and restores it. False where the server refuses. */
async function survives(trial: Trial, config: string, name: string, number: number): Promise<boolean> {
  const directory = `${trial.folder}/${number}`;
  const file = join(trial.place.path(directory), name);
  mkdirSync(trial.place.path(directory), { recursive: true });
  await Bun.write(file, name);
  if (!worked(trial, await trial.place.run(['backup_directory', config, directory]))) return false;
  // A server that stores another key than it was given shows that here; what it stored is not lost then.
  const keys = await trial.keys(`${directory}/`);
  const bytes = await trial.stored(`${directory}/${name}`);
  rmSync(file);
  await trial.succeed(['restore_directory', config, directory]);
  const [restored = ''] = [...new Bun.Glob('**/*').scanSync({ cwd: trial.place.path(directory), dot: true })];
  expect(readFileSync(join(trial.place.path(directory), restored), 'utf8')).toBe(name);
  const listed = (await trial.succeed(['list_directory', config, `${directory}/`])).toString();
  expect(listed).toContain(restored);
  await trial.succeed(['delete_directory', config, directory]);
  expect(await trial.keys(`${directory}/`)).toEqual([]);
  return restored === name && keys[0] === `${directory}/${name}` && bytes !== undefined;
}

/** The option `folder` may be odd as well. */
const FOLDER = "gp/O'Neil + Söhne (50%20)";

async function oddFolder(trial: Trial): Promise<boolean> {
  const config = trial.config({ folder: FOLDER, retry_timeout: '3s' }, 'odd.yaml');
  const command = ['backup_data', config, `${BACKUP_DIR}/${nameOf(1)}`];
  if (!worked(trial, await trial.place.run(command, { stdin: 'some' }))) return false;
  const key = `${FOLDER}/backups/20260102/${TIMESTAMP}/${nameOf(1)}`;
  expect(Buffer.from((await trial.stored(key)) ?? '').toString()).toBe('some');
  expect((await trial.restore(config, nameOf(1))).toString()).toBe('some');
  await trial.succeed(['setup_plugin_for_restore', config, BACKUP_DIR, 'coordinator', '-1']);
  await trial.succeed(['delete_backup', config, TIMESTAMP]);
  expect(await trial.keys(`${FOLDER}/`)).toEqual([]);
  return true;
}

export const oddKeys: Case = {
  id: 'odd keys',
  title: 'odd names are stored, listed, restored and deleted as they are, or refused in words',
  shows: ['odd-keys'],
  async check(trial) {
    // A server that fails at a name, in place of refusing it, is not waited for.
    const config = trial.config({ retry_timeout: '3s' });
    const refused: string[] = [];
    for (const [index, name] of NAMES.entries())
      if (!(await survives(trial, config, name, index))) refused.push(name);
    if (!(await oddFolder(trial))) refused.push(FOLDER);
    trial.see('odd-keys', {
      value: refused.length === 0 ? 'yes' : refused.length <= NAMES.length ? 'partly' : 'no',
      ...(refused.length === 0 ? {} : { fact: `not: ${refused.map((name) => `\`${name}\``).join(' ')}` }),
    });
  },
};

export const slashes: Case = {
  id: 'slashes',
  title: 'an absolute path comes back as it went, and delete_backup removes keys with empty parts',
  shows: ['slashes-in-keys'],
  async check(trial) {
    const config = trial.config({ retry_timeout: '3s' });
    const directory = trial.place.path('absolute');
    mkdirSync(join(directory, 'sub'), { recursive: true });
    trial.place.write('absolute/sub/file', 'content');
    const backup = await trial.place.run(['backup_directory', config, directory]);
    const went = worked(trial, backup);
    const leading = went && (await trial.stored(`${directory}/sub/file`)) !== undefined;
    if (went) {
      rmSync(directory, { recursive: true });
      mkdirSync(directory);
      await trial.succeed(['restore_directory', config, directory]);
      expect(readFileSync(join(directory, 'sub', 'file'), 'utf8')).toBe('content');
    }
    const key = `${trial.prefix}empty//parts`;
    const refusal = await trial.put(key, 'x').then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.name : String(error)),
    );
    const exact = (await trial.keys(trial.prefix)).includes(key);
    await trial.put(`${trial.prefix}${nameOf(1)}`, 'x');
    await trial.succeed(['delete_backup', config, TIMESTAMP]);
    expect(await trial.keys(trial.prefix)).toEqual([]);
    const listed = leading && (await trial.keys('/')).includes(`${directory}/sub/file`);
    const stripped = (await trial.keys(`${directory.slice(1)}/`)).length > 0;
    const factOf = (isStripped: boolean): string => {
      if (!went) return `\`/a\`: ${codeIn(backup)}`;
      return isStripped ? '`/a` is stored as `a`' : '`/a` is not listed';
    };
    const facts = [
      ...(listed ? [] : [factOf(stripped)]),
      ...(exact ? [] : [refusal === undefined ? '`a//b` is stored as `a/b`' : `\`a//b\`: ${refusal}`]),
    ];
    trial.see('slashes-in-keys', {
      value: facts.length === 0 ? 'yes' : facts.length === 1 ? 'partly' : 'no',
      ...(facts.length === 0 ? {} : { fact: facts.join('; ') }),
    });
  },
};

/** The longest key that S3 takes, in folders whose names a file system takes. */
function longFolder(trial: Trial): string {
  const rest = 1024 - Buffer.byteLength(`/backups/20260102/${TIMESTAMP}/${nameOf(1)}`);
  const folders = `/${'d'.repeat(150)}`.repeat(7);
  return `${trial.folder}${folders}`.slice(0, rest);
}

export const crowdedKeys: Case = {
  id: 'crowded-keys',
  title: 'a key of 1,024 bytes, and a key beside a folder of its name, are stored or refused in words',
  shows: ['long-keys', 'key-beside-folder'],
  async check(trial) {
    const long = trial.config({ folder: longFolder(trial), retry_timeout: '3s' }, 'long.yaml');
    const store = async (config: string): Promise<Outcome> =>
      await trial.place.run(['backup_data', config, `${BACKUP_DIR}/${nameOf(1)}`], { stdin: 'long' });
    const first = await store(long);
    const fits = worked(trial, first);
    if (fits) {
      expect(Buffer.byteLength((await trial.keys(`${trial.folder}/`))[0] ?? '')).toBe(1024);
      expect((await trial.restore(long, nameOf(1))).toString()).toBe('long');
      await trial.succeed(['delete_backup', long, TIMESTAMP]);
    }
    trial.see('long-keys', fits ? { value: 'yes' } : { value: 'no', fact: codeIn(first) });

    await trial.succeed(['backup_data', trial.config(), `${BACKUP_DIR}/${nameOf(1)}`], { stdin: 'beside' });
    const inside = trial.config({ folder: trial.prefix + nameOf(1), retry_timeout: '3s' }, 'inside.yaml');
    const second = await store(inside);
    const both = worked(trial, second);
    expect((await trial.restore(trial.config(), nameOf(1))).toString()).toBe('beside');
    if (both) expect((await trial.restore(inside, nameOf(1))).toString()).toBe('long');
    await trial.succeed(['delete_backup', trial.config(), TIMESTAMP]);
    expect(await trial.keys(trial.prefix)).toEqual([]);
    trial.see('key-beside-folder', both ? { value: 'yes' } : { value: 'no', fact: codeIn(second) });
  },
};
