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

test('it never exceeds the budget', () => {
  expect(new Patience(30_000).ofBody(1e12)).toBe(30_000);
  expect(new Patience(30_000).ofHead(0, 50)).toBe(30_000);
});
