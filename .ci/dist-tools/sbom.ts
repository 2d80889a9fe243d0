import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Shipped } from './shipped.ts';

const component = z.looseObject({ 'bom-ref': z.string(), name: z.string(), version: z.string() });
const dependency = z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).optional() });
const bomSchema = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.looseObject({ component: component }),
  components: z.array(component),
  dependencies: z.array(dependency),
});

/**
 * Reduces npm's list of parts (`npm sbom --sbom-format cyclonedx`) to those that are shipped. Pure: number and time follow from content
 * and `epochSeconds`, so the same sources give the same bytes. Throws if a shipped part is missing.
 */
export function shippedSbom(npmSbom: string, parts: readonly Shipped[], epochSeconds: number): string {
  const bom = bomSchema.parse(JSON.parse(npmSbom));
  const wanted = new Set(parts.map(({ name, version }) => `${name}@${version}`));
  const components = bom.components.filter(({ name, version }) => wanted.has(`${name}@${version}`));
  const found = new Set(components.map(({ name, version }) => `${name}@${version}`));
  const missing = [...wanted].filter((each) => !found.has(each));
  if (missing.length > 0) {
    throw new Error(`The list of npm does not know: ${missing.join(', ')}.`);
  }
  const refs = new Set(components.map((each) => each['bom-ref']));
  const root = bom.metadata.component['bom-ref'];
  const dependencies = bom.dependencies
    .filter(({ ref }) => ref === root || refs.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((each) => refs.has(each)) }));
  const hash = createHash('sha256')
    .update(JSON.stringify([bom.metadata.component, components]))
    .digest('hex');
  return `${JSON.stringify(
    {
      ...bom,
      serialNumber: `urn:uuid:${hash.slice(0, 8)}-${hash.slice(8, 12)}-5${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`,
      metadata: {
        ...bom.metadata,
        timestamp: new Date(epochSeconds * 1000).toISOString(),
        component: { ...bom.metadata.component, type: 'application', name: 'chatkeep' },
      },
      components,
      dependencies,
    },
    null,
    2,
  )}\n`;
}
