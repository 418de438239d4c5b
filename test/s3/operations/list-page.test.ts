import { describe, expect, test } from 'bun:test';
import { array, assert, constantFrom, nat, property, record, string, tuple } from 'fast-check';
import { TransportError } from '../../../src/s3/http/transport-error.ts';
import { parsedListPage } from '../../../src/s3/operations/list-page.ts';
import { quickListPage } from '../../../src/s3/operations/quick-list-page.ts';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NAMESPACE = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

const page = (inner: string, namespace = NAMESPACE): string =>
  `${DECLARATION}<ListBucketResult${namespace}>${inner}</ListBucketResult>`;

/** How the servers write an object; taken down from their answers. */
const SERVERS: Readonly<Record<string, (key: string) => string>> = {
  AWS: (key) =>
    `<Contents><Key>${key}</Key><LastModified>2026-11-25T02:53:25.000Z</LastModified><ETag>&quot;736b6e&quot;</ETag><ChecksumAlgorithm>CRC32</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType><Size>12</Size><StorageClass>STANDARD</StorageClass></Contents>`,
  MinIO: (key) =>
    `<Contents><Key>${key}</Key><LastModified>2026-11-25T02:53:25.123Z</LastModified><ETag>&#34;736b6e&#34;</ETag><Size>12</Size><Owner><ID>02d6</ID><DisplayName>minio</DisplayName></Owner><StorageClass>STANDARD</StorageClass></Contents>`,
  Ceph: (key) =>
    `<Contents><Key>${key}</Key><LastModified>2026-11-25T02:53:25.123Z</LastModified><ETag>&quot;736b6e&quot;</ETag><Size>12</Size><StorageClass>STANDARD</StorageClass><Type>Normal</Type></Contents>`,
  SeaweedFS: (key) =>
    `<Contents><Key>${key}</Key><ETag>&#34;736b6e&#34;</ETag><Size>12</Size><Owner><ID>0</ID><DisplayName></DisplayName></Owner><StorageClass>STANDARD</StorageClass><LastModified>2026-11-25T02:53:25Z</LastModified></Contents>`,
  Garage: (key) =>
    `<Contents><Key>${key}</Key><LastModified>2026-11-25T02:53:25.123Z</LastModified><ETag>&quot;736b6e&quot;</ETag><Size>12</Size><StorageClass>STANDARD</StorageClass></Contents>`,
};

const FRAME =
  '<Name>b</Name><Prefix>a/</Prefix><Marker/><MaxKeys>1000</MaxKeys><KeyCount>1</KeyCount><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><NextContinuationToken>a+b/=</NextContinuationToken>';

describe('a page of a list', () => {
  test.each(Object.entries(SERVERS))('as %s writes it is read without a tree', (_, contents) => {
    const text = page(
      `${FRAME}${contents('a/b&amp;c&#39;')}<CommonPrefixes><Prefix>a/&lt;d/</Prefix></CommonPrefixes>`,
    );
    const read = quickListPage(text);
    const [object] = read?.contents ?? [];
    expect(object).toMatchObject({ key: "a/b&c'", size: '12', storageClass: 'STANDARD' });
    expect(object?.modified).toStartWith('2026-11-25T02:53:25');
    expect(read).toEqual(parsedListPage(text));
  });

  test.each([
    ['a comment', page('<!-- --><Name>b</Name>')],
    ['CDATA', page('<Name><![CDATA[b]]></Name>')],
    ['another reference', page('<Name>&eacute;</Name>')],
    ['a reference to a character that XML lacks', page('<Name>&#1;</Name>')],
    ['an attribute', page('<Name a="b">b</Name>')],
    ['a prefix of a namespace', page('<s3:Name>b</s3:Name>')],
    ['another root', `${DECLARATION}<Error><Code>x</Code></Error>`],
    ['text between elements', page('<Name>b</Name>x')],
    ['an element that does not end', page('<Name>b')],
    ['another end', page('<Name>b</name>')],
    ['a page that is cut', page(`${FRAME}<Contents><Key>a</Key>`).slice(0, -30)],
    ['more behind the end', `${page(FRAME)}<Error/>`],
    ['nothing', ''],
    ['deep nesting', page(`${'<a>'.repeat(200_000)}${'</a>'.repeat(200_000)}`)],
  ])('with %s is left to the library', (_, text) => {
    expect(quickListPage(text)).toBeUndefined();
  });

  test('is the same as the library reads it, whatever is in it and however it is damaged', () => {
    const piece = constantFrom(
      'a',
      '/',
      ' ',
      '\n',
      '\t',
      '&amp;',
      '&lt;',
      '&gt;',
      '&quot;',
      '&apos;',
      '&#34;',
      '&#x22;',
      '&#10;',
      '&#233;',
      '&#0;',
      'é',
      '😀',
      '%2F',
      '+',
      '"',
      "'",
      ']',
      '=',
      '',
      '0',
      'x-',
      '&nbsp;',
      '&amp;lt;',
      '\u007f',
      '\u2028',
      '\r',
    ); // prettier-ignore
    const text = array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
    const element = tuple(
      constantFrom(
        'Key',
        'Size',
        'LastModified',
        'StorageClass',
        'ETag',
        'Owner',
        'IsTruncated',
        'Marker',
        'Prefix',
      ),
      text,
      nat(4),
    ).map(([name, value, form]) => {
      if (form === 0) return `<${name}/>`;
      if (form === 1) return `<${name}><ID>${value}</ID></${name}>`;
      if (form === 2) return ` \n<${name}>${value}</${name}>`;
      return `<${name}>${value}</${name}>`;
    });
    const inner = array(element, { maxLength: 5 }).map((all) => all.join(''));
    const document = record({
      inner: array(tuple(constantFrom('Contents', 'CommonPrefixes', ''), inner), { maxLength: 4 }),
      namespace: constantFrom('', NAMESPACE, ' a="b"'),
      cut: tuple(nat(600), nat(8), string({ maxLength: 3, unit: constantFrom('<', '>', '/', '&', 'x') })),
      damaged: nat(3),
    }).map(({ inner: parts, namespace, cut: [at, length, put], damaged }) => {
      const whole = page(
        parts.map(([name, all]) => (name === '' ? all : `<${name}>${all}</${name}>`)).join(''),
        namespace,
      );
      return damaged === 0 ? whole.slice(0, at) + put + whole.slice(at + length) : whole;
    });
    let quick = 0;
    assert(
      property(document, (written) => {
        const read = quickListPage(written);
        if (read === undefined) return;
        quick += 1;
        expect(read).toEqual(parsedListPage(written));
      }),
      { numRuns: 3000 },
    );
    expect(quick).toBeGreaterThan(500);
  });

  test('that is no list is an error of the protocol', () => {
    expect(() => parsedListPage('<Error/>')).toThrow(TransportError);
  });
});
