import { mutationsOf } from './mutation.ts';

/** Work that ends with what began it. */
export const SCOPES = [
  ...mutationsOf(
    'src/base/abort-scope.ts',
    ['test/base/abort-scope.test.ts'],
    [
      {
        name: 'a signal ends no part and no range',
        find: 'onAbort(parent, () => this.abort(parent.reason))',
        replace: 'onAbort(parent, () => {})',
      },
      {
        name: 'what begins after the signal goes on',
        find: 'if (parent.aborted) this.abort(parent.reason);',
        replace: '',
      },
      {
        name: 'each request leaves a listener behind',
        find: "return () => signal.removeEventListener('abort', stop);",
        replace: 'return () => {};',
      },
      { name: 'a request that is over ends with what began it', find: 'this.#unlink();', replace: '' },
    ],
  ),
];
