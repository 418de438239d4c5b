import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { clientFor, type Rule, Subject } from './rule.ts';
import { rules } from './rules/index.ts';
import type { Candidate, StartedTarget } from './target.ts';

const bucket = 'conformance';
const ruleTimeoutMilliseconds = 20_000;

/** Registers every rule as a test on one server. A known deviation is checked too, and has to be there still. */
export function describeConformance({ name, knownDeviations, start }: Candidate): void {
  describe(`S3 conformance of ${name}`, () => {
    let started: StartedTarget | undefined;
    let client: S3Client | undefined;

    beforeAll(async () => {
      started = await start();
      client = clientFor(started.target);
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
    }, 60_000);

    afterAll(async () => {
      client?.destroy();
      await started?.stop();
    });

    const check = async (rule: Rule): Promise<void> => {
      if (started === undefined || client === undefined) throw new Error(`${name} did not start`);
      await rule.check(new Subject(started.target, client, bucket, rule));
    };

    for (const rule of rules) {
      const deviation = knownDeviations[rule.id];
      if (deviation === undefined) {
        test(rule.title, () => check(rule), ruleTimeoutMilliseconds);
      } else {
        test(
          `deviates: ${rule.title}; it ${deviation}`,
          async () => {
            const outcome = await check(rule).then(
              () => 'followed',
              () => 'broken',
            );
            expect(`rule ${rule.id} ${outcome}`).toBe(`rule ${rule.id} broken`);
          },
          ruleTimeoutMilliseconds,
        );
      }
    }

    test('every known deviation names a rule', () => {
      const ids = rules.map((rule) => rule.id);
      expect(ids).toHaveLength(new Set(ids).size);
      expect(Object.keys(knownDeviations).filter((id) => !ids.includes(id))).toEqual([]);
    });
  });
}
