import { readFileSync, readdirSync } from 'node:fs';
import { readScenario } from './src/scenario/read.ts';
import { simulate } from './src/run/simulate.ts';
import { readHistory, engineAt } from './src/run/history.ts';
import { memorySource, memorySink } from './src/log/disk.ts';
import { failuresOf, isOutcome } from './src/inspect/failures.ts';
import { judgeExpectations, judgeThresholds } from './src/inspect/expect.ts';
import { measure } from './src/inspect/metrics.ts';
import { remedyFor } from './src/inspect/remedy.ts';
import { excavate } from './src/inspect/hidden.ts';
import { prove } from './src/run/verify.ts';
const dir='scenarios/photon/';
for (const file of readdirSync(dir).filter(f=>f.endsWith('.yaml'))) {
const r=readScenario({file,readText:(f)=>({ok:true,text:readFileSync(dir+f,'utf8')})});
console.log('=====',file);
if(!r.ok){console.log(JSON.stringify(r.issues,null,1));continue;}
for(const i of r.checked.issues) console.log(i.severity,i.code,i.message,i.place?.file,i.place?.line);
const {outcome,log}=simulate(r.checked,{file});
console.log(outcome.ending,outcome.at/1e6,outcome.events,outcome.chain.slice(0,12), (log.length/outcome.events).toFixed(1));
const hh=readHistory(memorySource(log)); if(!hh.ok) throw 1; const h=hh.history;
for(const j of [...judgeExpectations(h,r.checked.scenario.expect), ...judgeThresholds(measure(h),r.checked.scenario.thresholds)]) console.log(j.holds?'✓':'✗',(j as any).metric??'',j.text,(j as any).note??'',(j as any).at/1e6,(j as any).value);
const fs=failuresOf(h,r.checked); console.log(fs.length,'failures');
for(const f of fs.filter(isOutcome)){ console.log('FAIL',f.top.at/1e6,f.top.entity,f.top.event.type,f.codes,f.leaves.map(l=>l.detail+"@"+l.place.file+":"+l.place.line), remedyFor(f,h,r.checked.scenario).set||remedyFor(f,h,r.checked.scenario).help); }
console.log(fs.filter(f=>!isOutcome(f)).map(f=>f.code+' '+f.top.entity+' '+f.top.event.type).slice(0,5));
const ex=excavate(h,r.checked); console.log('sets',ex.sets,ex.cured,ex.hidden.map(x=>x.failure.code)); const p=prove(h); console.log('proof',p.ok||p);
}
