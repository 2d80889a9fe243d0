/** Small painted scenes that stand for pictures in the made-up library: computed, so nobody's picture is shown. */
import { seededRandom, type Random } from './random.ts';

type Paint = CanvasRenderingContext2D;
type Scene = (paint: Paint, width: number, height: number, random: Random) => void;

const hsl = (hue: number, saturation: number, light: number, alpha = 1): string =>
  `hsl(${String(Math.round(hue))} ${String(Math.round(saturation))}% ${String(Math.round(light))}% / ${String(alpha)})`;

function fade(paint: Paint, height: number, from: number, stops: readonly [number, string][]): void {
  const gradient = paint.createLinearGradient(0, from, 0, height);
  for (const [at, colour] of stops) {
    gradient.addColorStop(at, colour);
  }
  paint.fillStyle = gradient;
}

function glow(paint: Paint, x: number, y: number, radius: number, colour: string, clear: string): void {
  const gradient = paint.createRadialGradient(x, y, 0, x, y, radius);
  gradient.addColorStop(0, colour);
  gradient.addColorStop(1, clear);
  paint.fillStyle = gradient;
  paint.fillRect(x - radius, y - radius, radius * 2, radius * 2);
}

/** A ragged line from edge to edge, by sums of sines; answers its height at x. */
function ridge(random: Random, width: number, rough: number): (x: number) => number {
  const waves = Array.from({ length: 6 }, (_, index) => ({
    size: rough / (index + 1) ** 1.1,
    step: ((index + 1) * (1.4 + random.next() * 1.6) * Math.PI * 2) / width,
    phase: random.next() * 7,
  }));
  return (x) => waves.reduce((sum, wave) => sum + Math.sin(x * wave.step + wave.phase) * wave.size, 0);
}

const ridges: Scene = (paint, width, height, random) => {
  const hue = random.pick([18, 28, 208, 222, 262, 338]);
  fade(paint, height, 0, [
    [0, hsl(hue + 190, 32, 46)],
    [0.55, hsl(hue, 58, 78)],
    [1, hsl(hue + 12, 48, 66)],
  ]);
  paint.fillRect(0, 0, width, height);
  const sun = height * (0.2 + random.next() * 0.2);
  const sunX = width * (0.25 + random.next() * 0.5);
  glow(paint, sunX, sun, width * 0.4, hsl(46, 100, 92, 0.7), hsl(46, 100, 90, 0));
  paint.fillStyle = hsl(48, 100, 94);
  paint.beginPath();
  paint.arc(sunX, sun, height * 0.035, 0, 7);
  paint.fill();
  for (let layer = 0; layer < 5; layer += 1) {
    const line = ridge(random, width, height * (0.05 + layer * 0.008));
    const base = height * (0.46 + layer * 0.12);
    fade(paint, height, base - height * 0.1, [
      [0, hsl(hue + 200 - layer * 4, 24 + layer * 3, 60 - layer * 12)],
      [1, hsl(hue + 205, 26 + layer * 3, 52 - layer * 11)],
    ]);
    paint.beginPath();
    paint.moveTo(0, height);
    for (let x = 0; x <= width; x += 3) {
      paint.lineTo(x, base + line(x));
    }
    paint.lineTo(width, height);
    paint.fill();
  }
};

const sea: Scene = (paint, width, height, random) => {
  const hue = random.pick([186, 200, 212, 24]);
  const horizon = height * (0.42 + random.next() * 0.16);
  fade(paint, horizon, 0, [
    [0, hsl(hue, 38, 52)],
    [1, hsl(hue + 190, 62, 84)],
  ]);
  paint.fillRect(0, 0, width, horizon);
  const x = width * (0.3 + random.next() * 0.4);
  glow(paint, x, horizon - height * 0.1, width * 0.35, hsl(44, 100, 88, 0.8), hsl(44, 100, 88, 0));
  fade(paint, height, horizon, [
    [0, hsl(hue + 4, 34, 62)],
    [1, hsl(hue + 10, 46, 22)],
  ]);
  paint.fillRect(0, horizon, width, height - horizon);
  for (let line = 0; line < 260; line += 1) {
    const deep = random.next();
    const y = horizon + deep ** 1.6 * (height - horizon);
    const near = Math.abs(random.next() - random.next());
    const long = width * (0.02 + deep * 0.14) * (0.4 + random.next());
    const bright = random.next() < 0.5;
    paint.fillStyle = bright ? hsl(44, 70, 88, 0.2 * (1 - near)) : hsl(hue, 40, 20, 0.12);
    paint.fillRect(
      (bright ? x + (random.next() - 0.5) * width * (0.1 + deep * 0.5) : random.next() * width) - long / 2,
      y,
      long,
      1 + deep * 3,
    );
  }
};

const forest: Scene = (paint, width, height, random) => {
  const hue = random.pick([168, 198, 24, 212]);
  fade(paint, height, 0, [
    [0, hsl(hue, 16, 82)],
    [1, hsl(hue, 18, 66)],
  ]);
  paint.fillRect(0, 0, width, height);
  for (let layer = 0; layer < 4; layer += 1) {
    paint.fillStyle = hsl(hue, 22 + layer * 4, 62 - layer * 14);
    const trees = 13 - layer;
    for (let tree = -1; tree <= trees; tree += 1) {
      const x = ((tree + random.next()) / trees) * width;
      const tall = height * (0.3 + layer * 0.1) * (0.7 + random.next() * 0.5);
      const foot = height * (0.72 + layer * 0.12);
      const wide = tall * 0.17;
      paint.beginPath();
      paint.moveTo(x, foot - tall);
      for (let step = 1; step <= 6; step += 1) {
        const y = foot - tall + (tall * step) / 6;
        paint.lineTo(x + (wide * step) / 6, y);
        paint.lineTo(x + (wide * step) / 9, y);
      }
      for (let step = 6; step >= 1; step -= 1) {
        const y = foot - tall + (tall * step) / 6;
        paint.lineTo(x - (wide * step) / 9, y);
        paint.lineTo(x - (wide * step) / 6, y);
      }
      paint.fill();
    }
    paint.fillRect(0, height * (0.72 + layer * 0.12) - 2, width, height);
  }
};

const stillLife: Scene = (paint, width, height, random) => {
  const hue = random.pick([28, 34, 78, 208]);
  const table = height * 0.66;
  fade(paint, table, 0, [
    [0, hsl(hue, 14, 62)],
    [1, hsl(hue, 16, 74)],
  ]);
  paint.fillRect(0, 0, width, table);
  fade(paint, height, table, [
    [0, hsl(hue, 22, 84)],
    [1, hsl(hue, 20, 76)],
  ]);
  paint.fillRect(0, table, width, height - table);
  const things = random.int(3, 4);
  for (let thing = 0; thing < things; thing += 1) {
    const x = width * ((thing + 0.6 + random.next() * 0.3) / (things + 0.4));
    const size = Math.min(width / things, height * 0.8) * (0.5 + random.next() * 0.2);
    const foot = table + height * (0.04 + random.next() * 0.12);
    const colour = random.pick([14, 26, 42, 176, 206, 136]);
    glow(paint, x + size * 0.25, foot, size * 0.7, hsl(hue, 30, 18, 0.34), hsl(hue, 30, 18, 0));
    const shade = paint.createLinearGradient(x - size / 2, 0, x + size / 2, 0);
    shade.addColorStop(0, hsl(colour, 46, 66));
    shade.addColorStop(0.45, hsl(colour, 48, 52));
    shade.addColorStop(1, hsl(colour, 50, 24));
    paint.fillStyle = shade;
    paint.beginPath();
    const form = random.int(0, 2);
    if (form === 0) {
      paint.arc(x, foot - size / 2, size / 2, 0, 7);
    } else if (form === 1) {
      paint.moveTo(x, foot - size * 1.4);
      paint.lineTo(x + size / 2, foot);
      paint.ellipse(x, foot, size / 2, size * 0.1, 0, 0, Math.PI);
    } else {
      paint.ellipse(x, foot - size, size / 2.4, size * 0.09, 0, Math.PI, 0);
      paint.lineTo(x + size / 2.4, foot);
      paint.ellipse(x, foot, size / 2.4, size * 0.1, 0, 0, Math.PI);
    }
    paint.fill();
  }
};

const facade: Scene = (paint, width, height, random) => {
  const hue = random.pick([16, 28, 210, 42]);
  fade(paint, height, 0, [
    [0, hsl(hue, 24, 70)],
    [1, hsl(hue, 22, 60)],
  ]);
  paint.fillRect(0, 0, width, height);
  const columns = random.int(4, 6);
  const cell = width / columns;
  const rows = Math.ceil(height / (cell * 1.2));
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const x = column * cell + cell * 0.24;
      const y = row * cell * 1.2 + cell * 0.26;
      paint.fillStyle = hsl(hue, 20, 80);
      paint.fillRect(x - cell * 0.04, y - cell * 0.04, cell * 0.6, cell * 0.78);
      paint.fillStyle = random.next() < 0.12 ? hsl(44, 60, 70) : hsl(225, 20, 20 + random.next() * 12);
      paint.fillRect(x, y, cell * 0.52, cell * 0.7);
    }
  }
  paint.fillStyle = hsl(240, 30, 14, 0.26);
  paint.beginPath();
  paint.moveTo(width * 0.4, 0);
  paint.lineTo(width, 0);
  paint.lineTo(width, height);
  paint.lineTo(width * 0.1, height);
  paint.fill();
};

const aurora: Scene = (paint, width, height, random) => {
  fade(paint, height, 0, [
    [0, hsl(228, 54, 14)],
    [1, hsl(206, 46, 26)],
  ]);
  paint.fillRect(0, 0, width, height);
  for (let star = 0; star < 120; star += 1) {
    paint.fillStyle = hsl(0, 0, 100, random.next() * 0.7);
    paint.fillRect(random.next() * width, random.next() * height * 0.8, 1.4, 1.4);
  }
  const line = ridge(random, width, height * 0.1);
  const hue = random.pick([158, 170, 286]);
  for (let x = 0; x < width; x += 2) {
    const y = height * 0.42 + line(x);
    const tall = height * (0.2 + 0.16 * Math.sin(x / 31) ** 2);
    const beam = paint.createLinearGradient(0, y - tall, 0, y);
    beam.addColorStop(0, hsl(hue, 70, 60, 0));
    beam.addColorStop(1, hsl(hue, 70, 60, 0.34));
    paint.fillStyle = beam;
    paint.fillRect(x, y - tall, 2, tall);
  }
  paint.fillStyle = hsl(220, 40, 8);
  paint.beginPath();
  paint.moveTo(0, height);
  const hills = ridge(random, width, height * 0.05);
  for (let x = 0; x <= width; x += 3) {
    paint.lineTo(x, height * 0.82 + hills(x));
  }
  paint.lineTo(width, height);
  paint.fill();
};

const silk: Scene = (paint, width, height, random) => {
  const hue = random.pick([338, 232, 16, 268]);
  const fold = ridge(random, width * 1.4, 1);
  const slope = 0.5 + random.next();
  for (let x = -height; x < width + height; x += 2) {
    const light = (Math.sin((x / width) * 9 + fold(x) * 1.7) + 1) / 2;
    paint.fillStyle = hsl(hue + light * 24, 40 + light * 24, 16 + light ** 2 * 68);
    paint.beginPath();
    paint.moveTo(x, 0);
    paint.lineTo(x + 3, 0);
    paint.quadraticCurveTo(x + height * 0.4, height * 0.5, x + 3 - height * slope * 0.3, height);
    paint.lineTo(x - height * slope * 0.3, height);
    paint.quadraticCurveTo(x - 3 + height * 0.4, height * 0.5, x, 0);
    paint.fill();
  }
};

const SCENES: readonly [Scene, ...Scene[]] = [ridges, sea, forest, stillLife, facade, aurora, silk, ridges, sea];

/** Paints the scene of a number: the same number, the same picture at any size. */
export function paintScene(paint: Paint, width: number, height: number, number: number): void {
  const random = seededRandom(number * 7919 + 17);
  random.next();
  const scene = SCENES[number % SCENES.length] ?? ridges;
  scene(paint, width, height, random);
}
