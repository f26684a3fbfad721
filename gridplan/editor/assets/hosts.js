/* Where the plan is: behind the web service, or in the kernel of a notebook. Both speak the same words. */

/* The service. `facts` names the addresses: scene, edits, explain (GET with ?grid=), changes (GET with ?since=), and perhaps
   branches (POST), where the plan can be copied as a draft that may be redrawn. */
function httpHost(facts) {
  const told = async (answer) => {
    const body = await answer.json().catch(() => ({}));
    return { title: body.title || answer.statusText, detail: body.detail || "", code: body.code || "", status: answer.status };
  };
  const read = async (url) => {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) { const { title, detail } = await told(answer); throw new Error([title, detail].filter(Boolean).join(": ")); }
    return answer.json();
  };
  let known = null, stopped = false, hear = null;
  return {
    async scene() { const scene = await read(facts.scene); known = scene.revision; return scene; },
    async edit(request) {
      const answer = await fetch(facts.edits, { method: "POST", body: JSON.stringify(request),
        headers: { "Content-Type": "application/json", "If-Match": `"${request.revision}"` } });
      if (!answer.ok) { return { request: request.request, revision: request.revision, problem: await told(answer) }; }
      const body = await answer.json();
      if (body.revision) { known = Math.max(known, body.revision); }
      return body;
    },
    branch: facts.branches ? async () => {
      const answer = await fetch(facts.branches, { method: "POST", body: "{}", headers: { "Content-Type": "application/json" } });
      if (!answer.ok) { return { problem: await told(answer) }; }
      location.assign(`../${encodeURIComponent((await answer.json()).id)}/editor`);
      return {};
    } : null,
    explain({ grid }) { return read(`${facts.explain}?grid=${encodeURIComponent(grid)}`); },
    listen(callback) {
      const first = !hear;
      hear = callback;
      if (!first) { return; }
      const ask = async () => {
        if (stopped) { return; }
        try {
          if (known !== null && !document.hidden) {
            const news = await read(`${facts.changes}?since=${known}`);
            news.changes.forEach((each) => { known = Math.max(known, each.revision); hear(each); });
          }
        } catch { /* The next request tells it where somebody waits for an answer. */ }
        setTimeout(ask, facts.every || 4000);
      };
      setTimeout(ask, facts.every || 4000);
    },
    stop() { stopped = true; },
  };
}

/* The kernel: messages of the widget, answered by the name of the request; the scene comes as one buffer of JSON. Each view of a
   widget hears the answers to all of them: an edit in another view is news. */
function widgetHost(model) {
  const waiting = new Map();
  const view = crypto.getRandomValues(new Uint32Array(2)).join("-");
  let number = 0, callback = () => {};
  const hear = (message, buffers) => {
    if (message.kind === "news") { callback(message.news); return; }
    const take = waiting.get(message.request);
    waiting.delete(message.request);
    if (!take) {
      const { revision, patch } = message.answer || {};
      if (patch) { callback({ revision, patch, who: null }); }
      return;
    }
    if (message.failed) { take.fail(new Error(message.failed)); return; }
    take.done(buffers && buffers.length ? JSON.parse(new TextDecoder().decode(buffers[0])) : message.answer);
  };
  model.on("msg:custom", hear);
  const ask = (kind, body) => new Promise((done, fail) => {
    const request = `${view}-${++number}`;
    waiting.set(request, { done, fail });
    model.send({ kind, request, body });
  });
  return {
    scene: () => ask("scene", {}),
    edit: (request) => ask("edit", request),
    explain: (about) => ask("explain", about),
    listen(act) { callback = act; },
    stop() { model.off("msg:custom", hear); },
  };
}
