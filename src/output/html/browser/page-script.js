// Runs in the page of `report`, after uPlot. Plain JavaScript: it is put into the page as it is.
(() => {
  'use strict';
  const data = JSON.parse(document.getElementById('data').textContent);
  const root = document.documentElement;
  const style = (name) => getComputedStyle(root).getPropertyValue(name).trim();

  const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
  const size = (bytes) => {
    let [value, unit] = [bytes, 0];
    while (value >= 1024 && unit < UNITS.length - 1) [value, unit] = [value / 1024, unit + 1];
    return `${Number(value.toFixed(value < 10 ? 1 : 0))} ${UNITS[unit]}`;
  };
  const count = (value) =>
    value >= 1e9
      ? `${Number((value / 1e9).toFixed(1))} bn`
      : value >= 1e6
        ? `${Number((value / 1e6).toFixed(1))} M`
        : value >= 1e4
          ? `${Number((value / 1e3).toFixed(1))} k`
          : String(Number(value.toFixed(1)));
  const span = (seconds) =>
    seconds >= 7200
      ? `${Number((seconds / 3600).toFixed(1))} h`
      : seconds >= 120
        ? `${Number((seconds / 60).toFixed(1))} min`
        : `${Number(seconds.toFixed(1))} s`;
  const FORMATS = {
    size,
    rows: count,
    duration_seconds: span,
    bytes_per_second: (value) => `${size(value)}/s`,
  };
  // Steps of an axis: round numbers in the units that are shown.
  const DECIMAL = Array.from({ length: 16 }, (_, power) =>
    [1, 2, 5].map((step) => step * 10 ** power),
  ).flat();
  const BINARY = Array.from({ length: 60 }, (_, power) => 2 ** power);
  const CLOCK = [
    1,
    2,
    5,
    10,
    15,
    30,
    ...[1, 2, 5, 10, 15, 30].map((step) => step * 60),
    ...[1, 2, 4, 6, 12, 24, 48].map((step) => step * 3600),
  ];
  const STEPS = { size: BINARY, rows: DECIMAL, duration_seconds: CLOCK, bytes_per_second: BINARY };
  const day = (timestamp) => `${timestamp.slice(4, 6)}-${timestamp.slice(6, 8)}`;
  // The day, or the time where backups of one day follow each other.
  const labels = (all) => {
    let before = '';
    return all.map((at) => {
      const { timestamp } = sets[at] ?? {};
      if (timestamp === undefined) return '';
      const own = day(timestamp);
      const isSame = own === before;
      before = own;
      return isSame ? `${timestamp.slice(8, 10)}:${timestamp.slice(10, 12)}` : own;
    });
  };
  const written = (timestamp) =>
    timestamp.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3 $4:$5:$6');

  // Charts: a bar for each backup, the earliest first.
  const sets = data.sets.toReversed();
  const KINDS = ['full', 'incremental', 'other', 'failed'];
  const kindOf = (set) => {
    if (set.status !== 'Success') return 'failed';
    return set.type === 'full' || set.type === 'incremental' ? set.type : 'other';
  };
  let plots = [];

  const bars = uPlot.paths.bars({ size: [0.7, 28, 1], gap: 1 });
  const draw = (element) => {
    const field = element.dataset.field;
    const format = FORMATS[field];
    const x = sets.map((_, index) => index);
    const columns = KINDS.map((kind) => sets.map((set) => (kindOf(set) === kind ? set[field] : null)));
    const muted = style('--ink-2');
    const font = `11px ${getComputedStyle(document.body).fontFamily}`;
    const readout = element.parentElement.querySelector('.readout');
    return new uPlot(
      {
        width: Math.max(200, element.clientWidth),
        height: 132,
        padding: [8, 6, 0, 0],
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { show: false }, sync: { key: 'backups' } },
        scales: {
          x: { time: false, range: [-0.6, Math.max(0.6, sets.length - 0.4)] },
          y: { range: (_, least, most) => [0, most > 0 ? most * 1.06 : 1] },
        },
        axes: [
          {
            stroke: muted,
            font,
            grid: { show: false },
            ticks: { show: false },
            size: 24,
            gap: 6,
            space: 52,
            incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500],
            values: (_, all) => labels(all),
          },
          {
            stroke: muted,
            font,
            grid: { stroke: style('--line'), width: 1 },
            ticks: { show: false },
            size: 64,
            gap: 4,
            space: 20,
            incrs: STEPS[field],
            values: (_, all) => all.map(format),
          },
        ],
        series: [
          {},
          ...KINDS.map((kind) => ({
            label: kind,
            fill: style(`--c-${kind}`),
            width: 0,
            paths: bars,
            points: { show: false },
          })),
        ],
        hooks: {
          setCursor: [
            ({ cursor }) => {
              const set = sets[cursor.idx ?? -1];
              const value = set?.[field];
              readout.textContent =
                set === undefined || cursor.left < 0
                  ? ''
                  : `${written(set.timestamp)}: ${value === null ? 'not known' : format(value)}`;
            },
          ],
        },
      },
      [x, ...columns],
      element,
    );
  };
  const redraw = () => {
    for (const plot of plots) plot.destroy();
    plots = [...document.querySelectorAll('.chart')].map(draw);
  };
  for (const caption of document.querySelectorAll('.charts figcaption')) {
    const readout = document.createElement('span');
    readout.className = 'readout';
    caption.append(' ', readout);
  }
  redraw();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  let width = innerWidth;
  addEventListener('resize', () => {
    if (innerWidth === width) return;
    width = innerWidth;
    for (const plot of plots)
      plot.setSize({ width: Math.max(200, plot.root.parentElement.clientWidth), height: plot.height });
  });

  // On paper: light, and everything open.
  let closed = [];
  addEventListener('beforeprint', () => {
    root.dataset.paper = 'yes';
    closed = [...document.querySelectorAll('details:not([open])')];
    for (const each of closed) each.open = true;
    redraw();
  });
  addEventListener('afterprint', () => {
    delete root.dataset.paper;
    for (const each of closed) each.open = false;
    redraw();
  });

  // Sorting: numbers by their exact value, the rest as text; the same button again turns the order around.
  const keyOf = (cell) => cell.dataset.v ?? cell.textContent.trim();
  const compare = (one, other) => {
    const [first, second] = [Number(one), Number(other)];
    if (one !== '' && other !== '' && !Number.isNaN(first) && !Number.isNaN(second)) return first - second;
    return one.localeCompare(other, 'en', { numeric: true });
  };
  for (const table of document.querySelectorAll('table.sortable')) {
    const heads = [...table.tHead.rows[0].cells];
    for (const [column, head] of heads.entries()) {
      head.querySelector('button').addEventListener('click', () => {
        const before = head.getAttribute('aria-sort');
        const isNumber = head.classList.contains('n');
        const order =
          before === 'none'
            ? isNumber
              ? 'descending'
              : 'ascending'
            : before === 'ascending'
              ? 'descending'
              : 'ascending';
        for (const each of heads) each.setAttribute('aria-sort', each === head ? order : 'none');
        const sign = order === 'ascending' ? 1 : -1;
        const body = table.tBodies[0];
        const rows = [...body.rows].map((row) => [keyOf(row.cells[column]), row]);
        rows.sort(([one], [other]) => sign * compare(one, other));
        body.append(...rows.map(([, row]) => row));
      });
    }
  }

  // The heat map says what is under the pointer.
  const heat = document.getElementById('heat');
  if (heat !== null) {
    const output = document.getElementById('heat-value');
    const rest = output.textContent;
    const shown = data.sets.filter((set) => set.segment_bytes.length > 0);
    const { left, top, cell, row } = heat.dataset;
    heat.addEventListener('mousemove', (event) => {
      const box = heat.getBoundingClientRect();
      const content = Math.floor((event.clientX - box.left - left) / cell);
      const set = shown[Math.floor((event.clientY - box.top - top) / row)];
      const found = set?.segment_bytes.find((each) => each.content === content);
      output.textContent =
        found === undefined ? rest : `${written(set.timestamp)}, segment ${content}: ${size(found.bytes)}`;
    });
    heat.addEventListener('mouseleave', () => {
      output.textContent = rest;
    });
  }
})();
