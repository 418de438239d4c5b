import { beforeAll, expect } from 'bun:test';
import { startMetadata } from '../../lab/aws/metadata.ts';
import type { Service } from '../../lab/aws/service.ts';
import { startSts } from '../../lab/aws/sts.ts';
import { installDebianPackages } from '../../lab/servers/debian-package.ts';
import { Crowd, forAnHour, startTogether } from '../program/shared-keys-stage.ts';
import { metadataEnv, PATH, SignIn } from '../program/sign-in-stage.ts';
import { faketimeLibrary } from './faketime.ts';
import { faultCase } from './fault-case.ts';

const IN_A_ROW = 1000;
const AT_ONCE = 64;
const TIMEOUT = 900_000;

let library: string;
beforeAll(async () => {
  await installDebianPackages('libfaketime', '0.9', ['libfaketime']);
  library = faketimeLibrary();
}, 300_000);

/** A service that gives keys, what sends a process to it, and how often it gave some. */
interface Source {
  readonly start: () => Promise<Service>;
  readonly env: (service: Service) => Readonly<Record<string, string>>;
  readonly options: (service: Service) => Readonly<Record<string, string>>;
  readonly given: (service: Service) => number;
}

const LASTING = { id: 'LASTING', secret: 'lasting-secret' };

const SOURCES: Readonly<Record<string, Source>> = {
  'a role': {
    start: async () => await startSts({ keys: forAnHour, caller: LASTING, region: 'us-east-1' }),
    env: () => ({ AWS_ACCESS_KEY_ID: LASTING.id, AWS_SECRET_ACCESS_KEY: LASTING.secret }),
    options: ({ url }) => ({ role_arn: 'arn:aws:iam::123456789012:role/backup', sts_endpoint: url }),
    given: ({ calls }) => calls.length,
  },
  'an instance': {
    start: async () => await startMetadata(forAnHour),
    env: metadataEnv,
    options: () => ({}),
    given: ({ calls }) => calls.filter(({ path }) => path.endsWith('/backup-role')).length,
  },
};

for (const [what, source] of Object.entries(SOURCES)) {
  faultCase(
    'Process',
    `a crowd of ${IN_A_ROW} processes in a row, then ${AT_ONCE} at once, with the keys of ${what}: asked for once`,
    async (tries) => {
      await using stage = await SignIn.with();
      const service = await stage.serving(source.start());
      const config = stage.config(source.options(service));
      const env = { ...stage.place.env, AWS_EC2_METADATA_DISABLED: 'true', ...source.env(service) };
      const run = async (): Promise<void> => {
        const { exitCode, stderr } = await stage.place.run(['backup_data', config, PATH], {
          stdin: 'x',
          env,
        });
        expect([exitCode, stderr]).toEqual([0, '']);
        tries.survived();
      };
      for (let process = 0; process < IN_A_ROW; process += 1) await run();
      const line = `echo x | "$PLUGIN" backup_data ${config} ${PATH}`;
      expect((await startTogether(stage, line, AT_ONCE, env)).stderr).toBe('');
      for (let process = 0; process < AT_ONCE; process += 1) tries.survived();
      expect(source.given(service)).toBe(1);
      expect(new Set(stage.keysUsed())).toEqual(new Set(['OFTHEROLE']));
    },
    { timeout: TIMEOUT },
  );
}

/**
 * How far the clock of one process is off that comes between others, and how often keys are asked for in all. They last
 * for an hour: one that is ahead by less believes them, one that is behind does not. What it keeps then is of a time to
 * come for the others, or has ended, or is valid for less.
 */
const SHIFTS = { '+20m': 1, '-20m': 2, '+2h': 3, '-2h': 3 };

faultCase(
  'Process',
  'a clock that is set while keys are kept: they are asked for once more, and serve',
  async (tries) => {
    for (const [shift, asked] of Object.entries(SHIFTS)) {
      await using crowd = await Crowd.of(forAnHour);
      const shifted = { ...crowd.env, LD_PRELOAD: library, FAKETIME: shift, DONT_FAKE_MONOTONIC: '1' };
      const steps = [crowd.env, crowd.env, shifted, crowd.env, crowd.env];
      for (const env of steps) {
        expect(await crowd.backup(env)).toBe('OFTHEROLE');
        tries.survived();
      }
      expect([shift, crowd.asked]).toEqual([shift, asked]);
    }
  },
);
