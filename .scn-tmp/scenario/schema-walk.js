import { noteOf } from "./fields.js";
function definition(schema) {
    return schema._zod.def;
}
/** The schema without its optional wrapper. */
export function inner(schema) {
    const def = definition(schema);
    return def.type === 'optional' ? inner(def.innerType) : schema;
}
/** The alternatives of a schema: itself, or the members of a union. */
export function alternatives(schema) {
    const def = definition(inner(schema));
    return def.type === 'union' ? def.options.flatMap(alternatives) : [inner(schema)];
}
/** Keys that may be written in a map of this schema; empty when any name may. */
export function keysOf(schema) {
    if (schema === undefined)
        return [];
    return alternatives(schema).flatMap((option) => {
        const def = definition(option);
        return def.type === 'object' ? Object.keys(def.shape) : [];
    });
}
/** What stands under a key or index, if anything can. */
export function childOf(schema, step) {
    if (schema === undefined)
        return undefined;
    for (const option of alternatives(schema)) {
        const def = definition(option);
        if (def.type === 'array' && typeof step === 'number')
            return def.element;
        if (def.type === 'record' && typeof step === 'string')
            return def.valueType;
        if (def.type === 'object' && typeof step === 'string' && Object.hasOwn(def.shape, step))
            return def.shape[step];
    }
    return undefined;
}
/** Whether the schema allows a map, and if so with fixed keys or with names. */
export function mapKind(schema) {
    if (schema === undefined)
        return undefined;
    for (const option of alternatives(schema)) {
        const { type } = definition(option);
        if (type === 'object')
            return 'fixed';
        if (type === 'record')
            return 'named';
    }
    return undefined;
}
/** What a value of this schema is called in a message. */
export function kindOf(schema) {
    if (schema === undefined)
        return 'something else';
    const kinds = alternatives(schema).map((option) => noteOf(option)?.kind ?? plainKind(definition(option).type));
    return [...new Set(kinds)].join(' or ');
}
function plainKind(type) {
    if (type === 'object' || type === 'record')
        return 'a map';
    if (type === 'array')
        return 'a list';
    if (type === 'boolean')
        return 'true or false';
    if (type === 'number')
        return 'a number';
    return type === 'enum' || type === 'literal' ? 'a word' : 'text';
}
/** The documentation of a schema. */
export function documentation(schema) {
    return schema === undefined ? undefined : noteOf(inner(schema));
}
