import { entriesOf } from "./entries.js";
import { addYears } from "./instant.js";
import { plainMap } from "./plain.js";
import { quote } from "./show.js";
const GIGABIT = 1_000_000_000;
/** Root certificates. */
export function resolveRoots(desk, written, start) {
    const roots = plainMap();
    for (const [name, root, path] of entriesOf(desk, written, ['pki', 'roots'])) {
        roots[name] = { path: desk.label(path), ...validity(desk, root, path, start, { before: 5, after: 15 }) };
    }
    return roots;
}
/** Calendar instants as microseconds since the start. */
function validity(desk, text, path, start, years) {
    const from = text.from ?? addYears(start, -years.before);
    const until = text.until ?? addYears(start, years.after);
    if (from >= until) {
        const written = text.until === undefined ? 'from' : 'until';
        desk.error('value.range', [...path, written], 'the certificate ends before it begins', {
            reason: 'it would be valid at no time',
            help: text.until === undefined ? 'write an earlier `from`, or `until`' : 'write an `until` after `from`',
        });
    }
    return { from: from - start, until: until - start };
}
/** Sites. */
export function resolveSites(desk, written, start) {
    const sites = plainMap();
    for (const [name, site, path] of entriesOf(desk, written, ['internet'])) {
        const images = plainMap();
        const imagesPath = [...path, 'images'];
        for (const [image, text, imagePath] of entriesOf(desk, site.images, imagesPath, 'images')) {
            images[image] = { path: desk.label(imagePath), layers: layersOf(desk, image, text, imagePath) };
        }
        const tls = desk.need(site.tls, [...path, 'tls'], {}, '{ issued-by: public-web }');
        const issuerPath = [...path, 'tls', 'issued-by'];
        if (tls['issued-by'] !== undefined)
            desk.refer('root', tls['issued-by'], issuerPath);
        sites[name] = {
            path: desk.label(path),
            issuedBy: site.tls === undefined ? '' : desk.need(tls['issued-by'], issuerPath, '', 'public-web'),
            ...validity(desk, tls, [...path, 'tls'], start, { before: 1, after: 1 }),
            rtt: site.rtt ?? 40_000,
            bandwidth: site.bandwidth ?? GIGABIT,
            up: site.up ?? true,
            images,
        };
    }
    return sites;
}
function layersOf(desk, image, text, path) {
    if (typeof text === 'number')
        return [{ digest: `${image}#0`, size: text }];
    const layers = [];
    const layersPath = [...path, 'layers'];
    const written = desk.need(text.layers, layersPath, [], '[65MB, 185MB]');
    for (const [index, layer] of written.entries()) {
        const here = [...layersPath, index];
        const named = typeof layer === 'number' ? [] : entriesOf(desk, layer, here, 'images');
        if (typeof layer === 'number')
            layers.push({ digest: `${image}#${index}`, size: layer });
        else if (named.length === 1)
            layers.push(...named.map(([digest, size]) => ({ digest, size })));
        else if (!desk.wasPruned(here))
            oneName(desk, here);
    }
    const twice = layers.findIndex((layer, index) => layers.findIndex((other) => other.digest === layer.digest) < index);
    if (twice >= 0) {
        desk.error('name.duplicate', [...layersPath, twice], `the layer ${quote(layers[twice].digest)} is there twice`, {
            reason: 'an image has each layer once',
            help: 'remove one, or give it another name',
        });
    }
    return layers;
}
function oneName(desk, path) {
    desk.error('value.type', path, 'a named layer has one name', {
        reason: 'layers are a list, base first',
        help: 'write each layer as its own item: `[{ ubuntu-14.04: 65MB }, { mesos: 55MB }]`',
    });
}
/** Proxies. */
export function resolveProxies(desk, written) {
    const proxies = plainMap();
    for (const [name, proxy, path] of entriesOf(desk, written, ['proxies'])) {
        const tls = proxy.tls ?? {};
        proxies[name] = {
            path: desk.label(path),
            networks: networksOf(desk, proxy, [...path, 'path']),
            bandwidth: proxy.bandwidth ?? GIGABIT,
            tlsPath: desk.label([...path, 'tls']),
            intercept: tls.intercept ?? false,
            resignsWith: signerOf(desk, tls, [...path, 'tls', 're-signs-with']),
            backdate: tls.backdate ?? 0,
            bypass: tls.bypass ?? [],
            up: proxy.up ?? true,
        };
    }
    return proxies;
}
function signerOf(desk, tls, path) {
    const signer = tls['re-signs-with'];
    if (signer !== undefined)
        desk.refer('root', signer, path);
    if (!tls.intercept)
        return '';
    return desk.need(signer, path, '', 'corp-root');
}
function networksOf(desk, proxy, path) {
    const text = desk.need(proxy.path, path, '', 'mgmt -> internet');
    if (proxy.path === undefined)
        return [];
    const match = /^(?:\[([^[\]]{1,900})\]|([^[\]>]{1,900}?))\s*->\s*internet$/.exec(text.trim());
    const names = (match?.[1] ?? match?.[2] ?? '').split(',').map((name) => name.trim());
    if (names.includes('')) {
        desk.error('value.type', path, `${quote(text)} is not a path to the internet`, {
            reason: 'a proxy stands between networks and the internet',
            help: 'write `path: mgmt -> internet`, or `path: "[mgmt, dmz] -> internet"` for several networks',
        });
        return [];
    }
    return [...new Set(names.flatMap((name) => desk.select('network', name, path)))];
}
