/** Scenes as SVG: landscapes and still lifes that differ at a glance, drawn from a seed. No fonts, no filters: cheap. */
import { type Plate, type Scene } from './plates.ts';
import { generator, pick } from './random.ts';

/** The inputs of a scene: size, random draws, and a palette from sky to ground. */
interface Canvas {
  readonly w: number;
  readonly h: number;
  readonly draw: () => number;
  readonly colours: readonly [string, string, string, string, string];
}

type Colours = Canvas['colours'];
const PALETTES: readonly [Colours, ...Colours[]] = [
  ['#2b3a67', '#6d7fa8', '#d8b4a0', '#8a6a72', '#2a2438'],
  ['#7fb7be', '#d3f3ee', '#f7e4bc', '#5b8c8f', '#1f4e5a'],
  ['#f3c3a5', '#f7dfc6', '#fff3df', '#b4846c', '#5a3a3a'],
  ['#0b1d36', '#173a5e', '#2f6f73', '#123047', '#071321'],
  ['#cfd9df', '#e2ebf0', '#f5f7fa', '#8aa0ae', '#34495e'],
  ['#4b3b6b', '#a26a8b', '#f2b8a0', '#6b4c73', '#2b1f3d'],
  ['#e8d9c4', '#f2e9dc', '#c8743f', '#3f6f66', '#2a2f2d'],
  ['#9fc5d9', '#e6eff2', '#f0d9a8', '#5f7f52', '#2f4030'],
  ['#1c4f7c', '#3f8fb5', '#bfe3e0', '#d6c39a', '#7b5b3c'],
];

const n = (value: number): string => value.toFixed(1);
const rect = (x: number, y: number, w: number, h: number, fill: string, more = ''): string =>
  `<rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" fill="${fill}" ${more}/>`;
const circle = (x: number, y: number, r: number, fill: string, more = ''): string =>
  `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" fill="${fill}" ${more}/>`;
const polygon = (points: readonly (readonly [number, number])[], fill: string, more = ''): string =>
  `<polygon points="${points.map(([x, y]) => `${n(x)},${n(y)}`).join(' ')}" fill="${fill}" ${more}/>`;
const fade = (id: string, stops: readonly string[], direction = 'x2="0" y2="1"'): string =>
  `<linearGradient id="${id}" x1="0" y1="0" ${direction}>${stops
    .map((colour, at) => `<stop offset="${n((at / (stops.length - 1)) * 100)}%" stop-color="${colour}"/>`)
    .join('')}</linearGradient>`;

/** A jagged or soft line from left to right, as points, by halving. */
function outline(
  { w, draw }: Canvas,
  base: number,
  amplitude: number,
  roughness: number,
  steps: number,
): [number, number][] {
  const heights = Array.from({ length: steps + 1 }, () => 0);
  const between = (from: number, to: number, swing: number): void => {
    if (to - from < 2) {
      return;
    }
    const middle = (from + to) >> 1;
    heights[middle] = ((heights[from] ?? 0) + (heights[to] ?? 0)) / 2 + (draw() - 0.5) * swing;
    between(from, middle, swing * roughness);
    between(middle, to, swing * roughness);
  };
  heights[0] = (draw() - 0.5) * amplitude;
  heights[steps] = (draw() - 0.5) * amplitude;
  between(0, steps, amplitude * 2);
  return heights.map((height, at) => [(at / steps) * w, base + height]);
}

function hill(canvas: Canvas, line: readonly [number, number][], fill: string, more = ''): string {
  return polygon([[0, canvas.h], ...line, [canvas.w, canvas.h]], fill, more);
}

function sky(canvas: Canvas, to: number): string {
  const [top, middle, low] = canvas.colours;
  return `<defs>${fade('sky', [top, middle, low])}</defs>${rect(0, 0, canvas.w, canvas.h * to, 'url(#sky)')}`;
}

function sun(canvas: Canvas, y: number): string {
  const x = canvas.w * (0.2 + canvas.draw() * 0.6);
  const r = Math.min(canvas.w, canvas.h) * (0.03 + canvas.draw() * 0.04);
  return (
    circle(x, y, r * 2.6, '#fff4d6', 'fill-opacity="0.18"') +
    circle(x, y, r * 1.6, '#fff4d6', 'fill-opacity="0.25"') +
    circle(x, y, r, '#fffbe9')
  );
}

function ridges(canvas: Canvas): string {
  const { h, colours, draw } = canvas;
  let out = sky(canvas, 1) + sun(canvas, h * (0.15 + draw() * 0.2));
  for (let layer = 0; layer < 6; layer++) {
    const line = outline(canvas, h * (0.4 + layer * 0.1), h * 0.11, 0.55, 64);
    out += hill(canvas, line, layer < 3 ? colours[3] : colours[4], `fill-opacity="${n(0.35 + layer * 0.12)}"`);
  }
  return out;
}

function sea(canvas: Canvas): string {
  const { w, h, colours, draw } = canvas;
  const horizon = h * (0.42 + draw() * 0.2);
  let out = sky(canvas, 1) + sun(canvas, horizon - h * (0.03 + draw() * 0.15));
  out += `<defs>${fade('water', [colours[3], colours[4]])}</defs>${rect(0, horizon, w, h - horizon, 'url(#water)')}`;
  for (let wave = 0; wave < 150; wave++) {
    const depth = draw() ** 1.6;
    const length = w * (0.02 + depth * 0.14);
    out += rect(
      draw() * w,
      horizon + depth * (h - horizon),
      length,
      1 + depth * 3,
      draw() < 0.5 ? colours[2] : colours[1],
      `fill-opacity="${n(0.1 + draw() * 0.2)}" rx="1"`,
    );
  }
  return out;
}

function dunes(canvas: Canvas): string {
  const { h, colours, draw } = canvas;
  let out = sky(canvas, 1);
  for (let layer = 0; layer < 4; layer++) {
    const line = outline(canvas, h * (0.45 + layer * 0.15), h * 0.22, 0.34, 64);
    const id = `dune${layer}`;
    out += `<defs>${fade(id, [colours[2], layer % 2 === 0 ? colours[3] : colours[4]], `x2="${n(draw())}" y2="1"`)}</defs>${hill(canvas, line, `url(#${id})`)}`;
  }
  return out;
}

function night(canvas: Canvas): string {
  const { w, h, draw } = canvas;
  const glow = pick(['#3fd6a4', '#7d6bd9', '#4aa8e0'], draw());
  let out = `<defs>${fade('dark', ['#050b1c', '#0e2a4a', '#1c4c66'])}${fade('glow', ['#00000000', glow, '#00000000'])}</defs>${rect(0, 0, w, h, 'url(#dark)')}`;
  for (let band = 0; band < 14; band++) {
    const x = w * (band / 14 + draw() * 0.05);
    out += polygon(
      [
        [x, h * 0.05],
        [x + w * 0.11, h * 0.02],
        [x + w * 0.14, h * 0.75],
        [x - w * 0.02, h * 0.7],
      ],
      'url(#glow)',
      `fill-opacity="${n(0.1 + draw() * 0.3)}"`,
    );
  }
  for (let star = 0; star < 160; star++) {
    out += circle(
      draw() * w,
      draw() * h * 0.8,
      0.6 + draw() ** 4 * 2.4,
      '#eaf4ff',
      `fill-opacity="${n(0.3 + draw() * 0.7)}"`,
    );
  }
  return out + hill(canvas, outline(canvas, h * 0.8, h * 0.12, 0.55, 64), '#040914');
}

function forest(canvas: Canvas): string {
  const { w, h, colours, draw } = canvas;
  let out = sky(canvas, 1);
  for (let layer = 0; layer < 4; layer++) {
    const fill = layer < 2 ? colours[3] : colours[4];
    const opacity = `fill-opacity="${n(0.3 + layer * 0.23)}"`;
    const ground = h * (0.55 + layer * 0.14);
    out += rect(0, ground, w, h, fill, opacity);
    for (let tree = 0; tree < 20; tree++) {
      const x = draw() * w;
      const tall = h * (0.12 + draw() * 0.12 + layer * 0.05);
      for (let tier = 0; tier < 4; tier++) {
        const y = ground - tall + (tall * tier) / 4.4;
        const half = tall * (0.06 + tier * 0.045);
        out += polygon(
          [
            [x, y],
            [x - half, y + tall * 0.4],
            [x + half, y + tall * 0.4],
          ],
          fill,
          opacity,
        );
      }
    }
  }
  return out;
}

function stillLife(canvas: Canvas): string {
  const { w, h, colours, draw } = canvas;
  const table = h * (0.62 + draw() * 0.1);
  let out = `<defs>${fade('wall', [colours[1], colours[2]])}${fade('side', ['#ffffff66', '#00000055'], 'x2="1" y2="0"')}</defs>`;
  out += rect(0, 0, w, h, 'url(#wall)') + rect(0, table, w, h, colours[1], 'fill-opacity="0.7"');
  const things = 3 + Math.floor(draw() * 3);
  for (let thing = 0; thing < things; thing++) {
    const size = Math.min(w, h) * (0.16 + draw() * 0.14);
    const x = w * ((thing + 0.6) / (things + 0.2)) + (draw() - 0.5) * size * 0.4;
    const base = table + h * (0.05 + draw() * 0.12);
    const fill = pick([colours[0], colours[3], colours[4], '#c8743f', '#d9b44a'], draw());
    out += `<ellipse cx="${n(x + size * 0.35)}" cy="${n(base)}" rx="${n(size * 0.8)}" ry="${n(size * 0.12)}" fill="#000" fill-opacity="0.2"/>`;
    const form = draw();
    for (const paint of [fill, 'url(#side)']) {
      if (form < 0.3) {
        out += circle(x, base - size * 0.5, size * 0.5, paint);
      } else if (form < 0.6) {
        out += polygon(
          [
            [x, base - size * 1.4],
            [x - size * 0.45, base],
            [x + size * 0.45, base],
          ],
          paint,
        );
      } else {
        out += rect(
          x - size * 0.4,
          base - size * (0.7 + form),
          size * 0.8,
          size * (0.7 + form),
          paint,
          `rx="${n(form < 0.8 ? 4 : size * 0.3)}"`,
        );
      }
    }
  }
  return out;
}

function facade(canvas: Canvas): string {
  const { w, h, colours, draw } = canvas;
  let out = `<defs>${fade('wall', [colours[2], colours[3]], 'x2="1" y2="1"')}</defs>${rect(0, 0, w, h, 'url(#wall)')}`;
  const columns = 4 + Math.floor(draw() * 4);
  const cell = w / columns;
  for (let y = cell * 0.3; y < h; y += cell * 1.35) {
    for (let column = 0; column < columns; column++) {
      const x = column * cell + cell * 0.25;
      const lit = draw() < 0.22;
      out +=
        rect(x - 4, y - 4, cell * 0.5 + 8, cell * 0.8 + 8, colours[1]) +
        rect(x, y, cell * 0.5, cell * 0.8, lit ? '#f6d98b' : colours[4]);
      out +=
        rect(x + cell * 0.24, y, cell * 0.02, cell * 0.8, colours[1]) +
        rect(x, y + cell * 0.35, cell * 0.5, cell * 0.02, colours[1]);
    }
  }
  const edge = w * (0.3 + draw() * 0.4);
  return (
    out +
    polygon(
      [
        [edge, 0],
        [w, 0],
        [w, h],
        [edge - w * 0.25, h],
      ],
      '#1a1a2a',
      'fill-opacity="0.3"',
    )
  );
}

function waves(canvas: Canvas): string {
  const { w, h, colours, draw } = canvas;
  let out = rect(0, 0, w, h, colours[0]);
  const bands = 7 + Math.floor(draw() * 5);
  for (let band = 0; band < bands; band++) {
    const y = h * (band / bands);
    const swing = h * (0.1 + draw() * 0.25);
    const points = [draw(), draw(), draw(), draw()].map((d) => y + (d - 0.5) * swing);
    const [a = y, b = y, c = y, d = y] = points;
    out += `<path d="M0 ${n(a)} C ${n(w * 0.3)} ${n(b - swing)} ${n(w * 0.6)} ${n(c + swing)} ${n(w)} ${n(d)} L ${n(w)} ${h} L 0 ${h} Z" fill="${colours[band % 5] ?? colours[1]}" fill-opacity="0.72"/>`;
  }
  return out;
}

const PAINTERS: Readonly<Record<Scene, (canvas: Canvas) => string>> = {
  ridges,
  sea,
  dunes,
  night,
  forest,
  stillLife,
  facade,
  waves,
};

/** The plate as an SVG document of its own size. */
export function drawScene(plate: Plate): string {
  const draw = generator(plate.seed);
  const canvas = { w: plate.width, h: plate.height, draw, colours: pick(PALETTES, draw()) };
  const body = PAINTERS[plate.scene](canvas);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${plate.width}" height="${plate.height}">${body}</svg>`;
}
