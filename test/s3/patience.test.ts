import { expect, test } from 'bun:test';
import { Patience } from '../../src/s3/patience.ts';

const SLOWEST = 128 * 1024;

test('the patience with a body is the watchdog’s for no bytes, and a second more for each 128 KiB', () => {
  const usual = new Patience(600_000);
  expect(usual.ofBody(0)).toBe(60_000);
  expect(usual.ofBody(SLOWEST)).toBe(61_000);
  expect(usual.ofBody(60 * SLOWEST)).toBe(120_000);
});

test('it shrinks with a short budget, of which the watchdog takes a fifth', () => {
  const hasty = new Patience(30_000);
  expect(hasty.stall).toBe(6000);
  expect(hasty.ofBody(60 * SLOWEST)).toBe(12_000);
});

test('a server that works longer than usual is given as many times the watchdog’s time', () => {
  expect(new Patience(600_000).ofHead(SLOWEST, 5)).toBe(301_000);
});

test('each further try is given twice the time, up to eight times', () => {
  const usual = new Patience(600_000);
  expect([0, 1, 2, 3, 4, 9].map((failed) => usual.ofTry(1000, failed, 0, 600_000))).toEqual([
    1000, 2000, 4000, 8000, 8000, 8000,
  ]);
});

test('a short request is not waited for beyond its budget, and never less than at first', () => {
  const usual = new Patience(600_000);
  expect(usual.ofTry(1000, 3, 0, 5000)).toBe(5000);
  expect(usual.ofTry(1000, 3, 0, 10)).toBe(1000);
  expect(usual.ofTry(1000, 3, 0, -10)).toBe(1000);
  expect(usual.ofTry(1000, 3, 8 * 1024 * 1024, 10)).toBe(8000);
});

test('it never exceeds the budget', () => {
  expect(new Patience(30_000).ofBody(1e12)).toBe(30_000);
  expect(new Patience(30_000).ofHead(0, 50)).toBe(30_000);
});
