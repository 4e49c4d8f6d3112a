import { readScenario } from './scenario/read.js';
const text = Array.from({ length: 60_000 }, (_, i) => `k${i}: 1`).join('\n');
for (let i=0;i<2;i++){ const t=performance.now(); readScenario({file:'x', readText:()=>({ok:true,text})}); console.log(performance.now()-t); }
