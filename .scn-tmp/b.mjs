import { readScenario } from './scenario/read.js';
const [u,pre,k]=[JSON.parse(process.argv[2]),JSON.parse(process.argv[3]),+process.argv[4]];
const text=pre+u.repeat(Math.floor((1024*1024*k-20)/u.length)); const t=performance.now(); const r=readScenario({file:'x', readText:()=>({ok:true,text})}); console.log(k, performance.now()-t|0, r.issues[0].code);
