import { readName } from "./fields.js";
import { isImageName, isName } from "./names.js";
import { quote } from "./show.js";
/** Name, value and path of each entry whose name is allowed; the others become issues. */
export function entriesOf(desk, map, path, names = 'names') {
    const entries = [];
    for (const [name, value] of Object.entries(map ?? {})) {
        const here = [...path, name];
        if (nameAllowed(desk, name, here, names))
            entries.push([name, value, here]);
    }
    return entries;
}
function nameAllowed(desk, name, path, names) {
    const reading = names === 'images' ? readName(name, isImageName, 128) : readName(name, isName, 63);
    if (reading.ok)
        return true;
    desk.issues.error(reading.code, `${quote(name)}: ${reading.message}`, {
        place: desk.keyPlace(path),
        reason: 'names appear in paths, commands and files, where other characters mislead',
        help: reading.help,
    });
    return false;
}
