import { expect, test } from 'bun:test';
import { AbortScope, onAbort } from '../../src/base/abort-scope.ts';

test('a scope ends with its parent, for the same reason', () => {
  const parent = new AbortController();
  const scope = new AbortScope(parent.signal);
  expect(scope.signal.aborted).toBe(false);
  const reason = new Error('SIGTERM');
  parent.abort(reason);
  expect(scope.signal.reason).toBe(reason);
});

test('a scope of a parent that has ended has ended', () => {
  const reason = new Error('SIGTERM');
  expect(new AbortScope(AbortSignal.abort(reason)).signal.reason).toBe(reason);
});

test('a scope ends alone, and its first reason stays', () => {
  const parent = new AbortController();
  const scope = new AbortScope(parent.signal);
  const reason = new Error('a part failed');
  scope.abort(reason);
  parent.abort(new Error('SIGTERM'));
  expect(scope.signal.reason).toBe(reason);
});

test('a scope that is released outlives its parent', () => {
  const parent = new AbortController();
  const scope = new AbortScope(parent.signal);
  scope.release();
  parent.abort();
  expect(scope.signal.aborted).toBe(false);
});

test('what is taken back is not called', () => {
  const parent = new AbortController();
  const calls: string[] = [];
  const forget = onAbort(parent.signal, () => calls.push('forgotten'));
  onAbort(parent.signal, () => calls.push('kept'));
  forget();
  parent.abort();
  expect(calls).toEqual(['kept']);
});
