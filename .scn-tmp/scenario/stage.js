/** An issue when an action needs a platform and there is none. */
export function needPlatform(desk, platform, path) {
    if (platform !== undefined || desk.wasPruned(['platform']))
        return;
    desk.error('key.missing', path, 'the scenario has no `platform` that could do this', {
        reason: 'VMs and clusters are made by a platform',
        help: 'write the section `platform:` with `on`, `network` and `datastore`',
    });
}
