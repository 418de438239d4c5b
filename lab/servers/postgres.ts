import { chownSync, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { installDebianPackages } from './debian-package.ts';
import { NotInstallable } from './server.ts';
import { ServerPlace } from './server-place.ts';
import { untilSucceeds } from './until-succeeds.ts';

/** PostgreSQL refuses to run as root; any user without rights will do. */
const USER = 65534;
const isRoot = process.getuid?.() === 0;
/** The words in front of a program that must not run as root. */
const asUser: readonly [string, ...string[]] = isRoot
  ? ['setpriv', `--reuid=${USER}`, `--regid=${USER}`, '--clear-groups']
  : ['env'];

/** A database server of Debian's packages, on a socket in a temporary folder. */
export interface Database extends AsyncDisposable {
  readonly version: string;
  /** @returns the only value of the only row */
  query(sql: string): Promise<string>;
}

/** The newest version that has pgcrypto here, as the folder of its programs. */
function programs(): string | undefined {
  return [...new Bun.Glob('/usr/lib/postgresql/*/bin/initdb').scanSync({ absolute: true })]
    .map(dirname)
    .toSorted((left, right) => versionOf(right) - versionOf(left))
    .find((folder) => existsSync(`/usr/share/postgresql/${versionOf(folder)}/extension/pgcrypto.control`));
}

function versionOf(folder: string): number {
  return Number(/(\d+)\/bin$/.exec(folder)?.[1] ?? 0);
}

/**
 * Puts Debian's packages into the system, if no version is there.
 * @throws NotInstallable
 */
export async function installPostgres(): Promise<void> {
  if (programs() === undefined)
    await installDebianPackages('PostgreSQL', '', ['postgresql', 'postgresql-contrib']);
}

/** Starts an empty database with pgcrypto. `installPostgres` must have succeeded before. */
export async function startPostgres(): Promise<Database> {
  const folder = programs();
  if (folder === undefined) throw new NotInstallable('PostgreSQL', 'it has no pgcrypto');
  const place = await ServerPlace.make('postgres');
  try {
    if (isRoot) chownSync(place.folder, USER, USER);
    const [program, ...args] = [
      ...asUser,
      `${folder}/initdb`,
      '-D',
      place.path('data'),
      '-U',
      'tester',
      '-A',
      'trust',
    ];
    await place.command(program, args);
    const [first, ...others] = [...asUser, `${folder}/postgres`];
    const settings = ['-D', place.path('data'), '-k', place.folder, '-c', 'listen_addresses='];
    const server = place.process('postgres', { program: first, args: [...others, ...settings] });
    await server.start();
    const query = async (sql: string): Promise<string> => {
      const answer = await place.command(`${folder}/psql`, [
        '-h',
        place.folder,
        '-U',
        'tester',
        '-d',
        'postgres',
        '-AtXqc',
        sql,
      ]);
      return answer.trimEnd();
    };
    await untilSucceeds(async () => await query('create extension if not exists pgcrypto'), server);
    return {
      version: String(versionOf(folder)),
      query,
      [Symbol.asyncDispose]: async () => await place.clear(),
    };
  } catch (error) {
    await place.clear();
    throw error;
  }
}
