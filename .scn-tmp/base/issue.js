/** Mistakes of a user are values: what is wrong, where, why that is wrong, and what to do about it. */
/** Collects issues in the order found. */
export class Issues {
    list = [];
    error(code, message, more = {}) {
        this.list.push({ severity: 'error', code, message, ...more });
    }
    warning(code, message, more = {}) {
        this.list.push({ severity: 'warning', code, message, ...more });
    }
    get failed() {
        return this.list.some((issue) => issue.severity === 'error');
    }
}
