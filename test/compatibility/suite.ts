import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import type { Candidate, ServerUnderTest } from './candidate.ts';
import { CAPABILITIES, type Capability, type Seen } from './capabilities.ts';
import type { Case } from './case.ts';
import { cases } from './cases/index.ts';
import { recordSeen } from './record.ts';
import { BUCKET, sdkClient, Trial } from './trial.ts';

const startTimeout = 120_000;
const caseTimeout = 60_000;

/** Registers every case as a test on one server. What the server lacks is seen too, and has to be known. */
export function describeServer(candidate: Candidate): void {
  const { title, deviations } = candidate;
  describe(title, () => {
    let server: ServerUnderTest | undefined;

    beforeAll(async () => {
      server = await candidate.start();
      const client = sdkClient(server);
      await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
      client.destroy();
    }, startTimeout);
    afterAll(async () => {
      await server?.stop();
    }, startTimeout);

    for (const one of cases.filter(({ id }) => candidate.cases?.includes(id) ?? true)) {
      test(
        one.title,
        async () => {
          if (server === undefined) throw new Error(`${title} did not start`);
          await checkCase(candidate, server, one);
        },
        one.patience ?? caseTimeout,
      );
    }

    test('every known deviation names a capability', () => {
      expect(Object.keys(deviations).filter((id) => !(id in CAPABILITIES))).toEqual([]);
    });
  });
}

async function checkCase(candidate: Candidate, server: ServerUnderTest, one: Case): Promise<void> {
  const seen = new Map<Capability, Seen>();
  using trial = new Trial(server, one.id, (capability, what) => seen.set(capability, what));
  await one.check(trial);
  expect([...seen.keys()].toSorted()).toEqual([...one.shows].toSorted());
  for (const [capability, what] of seen) recordSeen(candidate, capability, what);
  expect(differences(candidate, seen)).toEqual([]);
}

/** What the list of deviations and the server do not agree on, in words. */
function differences({ deviations }: Candidate, seen: ReadonlyMap<Capability, Seen>): string[] {
  return [...seen].flatMap(([capability, { value, fact = '' }]) => {
    const lacks = value === 'no' || value === 'partly';
    const known = deviations[capability];
    if (lacks && known === undefined) return [`${capability}: ${value} (${fact}), and no known deviation`];
    if (!lacks && known !== undefined)
      return [`${capability}: ${value}, take the known deviation off the list`];
    return [];
  });
}
