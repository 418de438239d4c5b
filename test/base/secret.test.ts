import { expect, test } from 'bun:test';
import { format, inspect } from 'node:util';
import { assert, property, string } from 'fast-check';
import { Secret } from '../../src/base/secret.ts';

const VALUE = 'wJalrXUtnFEMI';
const secret = new Secret(VALUE);

test('the value comes out of reveal()', () => {
  assert(
    property(string({ unit: 'binary' }), (value) => {
      expect(new Secret(value).reveal()).toBe(value);
    }),
  );
});

const holder = { key: secret, list: [secret], map: new Map([['key', secret]]), set: new Set([secret]) };
const error = Object.assign(new Error('failed'), { secret });

test.each<readonly [string, () => unknown]>([
  ['String()', () => String(secret)],
  ['toString()', () => secret.toString()],
  // oxlint-disable-next-line typescript/restrict-template-expressions -- exactly this mistake is tried
  ['a template', () => `${secret}`],
  ['an addition', () => 'key: '.concat(String(secret))],
  ['JSON', () => JSON.stringify(holder)],
  ['Bun.inspect', () => Bun.inspect(holder, { depth: 10 })],
  ['Bun.inspect of an error', () => Bun.inspect(error)],
  ['util.inspect', () => inspect(holder, { depth: 10, showHidden: true, getters: true })],
  [
    'util.inspect without the custom form',
    () => inspect(holder, { customInspect: false, showHidden: true, depth: 10 }),
  ],
  ['util.format', () => format('%s %o %O %j %d', secret, secret, secret, secret, secret)],
  ['Object.keys', () => Object.keys(secret)],
  ['own property names', () => Object.getOwnPropertyNames(secret)],
  ['own symbols', () => Object.getOwnPropertySymbols(secret)],
  ['Object.entries', () => Object.entries(secret)],
  ['a copy', () => JSON.stringify(Object.assign({}, secret))],
  ['structuredClone', () => Bun.inspect(structuredClone({ secret }))],
  ['an array joined', () => [secret].join()],
  ['a locale form', () => secret.toLocaleString()],
])('%s does not show it', (_, show) => {
  const shown = show();
  expect(typeof shown === 'string' ? shown : JSON.stringify(shown)).not.toContain(VALUE);
});

test('what is shown instead says that something was left out', () => {
  expect([String(secret), JSON.stringify(secret), Bun.inspect(secret), inspect(secret)]).toEqual([
    '[redacted]',
    '"[redacted]"',
    '[redacted]',
    '[redacted]',
  ]);
});
