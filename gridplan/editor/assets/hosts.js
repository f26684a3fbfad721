/* Where the plan is: behind the web service, or in the kernel of a notebook. Both speak the same words. */

/* Where the service takes the steps of a plan, beside the page. */
const STEPS = {
  submit: "submission",
  take_back: "withdrawal",
  approve: "approval",
  send_back: "return",
  adopt: "adoptions",
};

/* The service. `facts` names the addresses: scene, edits, explain (GET with ?grid=), changes (GET with ?since=), and
   perhaps events (told by the server as they happen), etag (what a step is based on), and branches (POST), where the
   plan can be copied as a draft that may be redrawn. */
function httpHost(facts) {
  const told = async (answer) => {
    const body = await answer.json().catch(() => ({}));
    return {
      title: body.title || answer.statusText,
      detail: body.detail || "",
      code: body.code || "",
      status: answer.status,
    };
  };
  const read = async (url) => {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) {
      const { title, detail } = await told(answer);
      throw new Error([title, detail].filter(Boolean).join(": "));
    }
    return answer.json();
  };
  let known = null,
    stopped = false,
    hear = null,
    sending = 0,
    newest = 0,
    source = null,
    asking = null,
    looks = 0;
  /* What changed since what is known, once; not while an answer is on its way that tells the same. Gives whether to
     look again: a patch is of use only to the one who knows what it was made from. */
  const looked = async () => {
    if (stopped || known === null || sending || document.hidden) { return false; }
    const since = known;
    try {
      const { changes } = await read(`${facts.changes}?since=${since}`);
      if (sending || known !== since) { return !sending; }
      changes.forEach((each) => {
        known = each.revision;
        hear(each);
      });
      return changes.length > 0 && newest > known;
    } catch {
      return false; /* The next request tells it where somebody waits for an answer. */
    }
  };
  const ask = () => {
    asking =
      asking ||
      looked().then((again) => {
        asking = null;
        return again ? ask() : null;
      });
    return asking;
  };
  const sent = async (send) => {
    sending += 1;
    try {
      return await send();
    } finally {
      sending -= 1;
      if (newest > known) { ask(); }
    }
  };
  /* Events while the page is seen: a browser opens few connections to a server at the same time. */
  const attend = () => {
    if (document.hidden || stopped) {
      if (source) { source.close(); }
      source = null;
      return;
    }
    if (!facts.events || (source && source.readyState !== EventSource.CLOSED)) { return; }
    source = new EventSource(facts.events);
    source.onmessage = ({ data }) => {
      newest = JSON.parse(data).revision;
      if (newest > known) { ask(); }
    };
  };
  /* Where there are no events, a look from time to time. */
  const look = () => {
    if (stopped) { return; }
    if (!source || source.readyState !== EventSource.OPEN) { ask(); }
    looks += 1;
    if (looks % 10 === 0) { attend(); }
    setTimeout(look, facts.every || 4000);
  };
  const post = (url, body, etag) =>
    fetch(url, {
      method: "POST",
      body: JSON.stringify(body),
      headers: {
        "Content-Type": "application/json",
        "Accept-Language": document.documentElement.lang,
        "If-Match": etag,
      },
    });
  return {
    async scene() {
      const scene = await read(facts.scene);
      known = scene.revision;
      return scene;
    },
    edit(request) {
      return sent(async () => {
        const answer = await post(facts.edits, request, `"${request.revision}"`);
        if (!answer.ok) {
          return { request: request.request, revision: request.revision, problem: await told(answer) };
        }
        const body = await answer.json();
        if (body.revision) { known = Math.max(known, body.revision); }
        return body;
      });
    },
    /* A step of the plan as it is at a revision; what it changed comes as news. */
    step: facts.etag
      ? async (name, revision, body) => {
          const answer = await sent(() => post(STEPS[name], body, facts.etag.replace("{revision}", revision)));
          if (!answer.ok) { return { problem: await told(answer) }; }
          await asking;
          await ask();
          return {};
        }
      : null,
    collections: (community) => `../../adopted/${encodeURIComponent(community)}/collections`,
    registration: (against, form, language) =>
      `registration?against=${encodeURIComponent(against)}&f=${form}&lang=${language}`,
    branch: facts.branches
      ? async (language) => {
          const answer = await fetch(facts.branches, {
            method: "POST",
            body: "{}",
            headers: { "Content-Type": "application/json" },
          });
          if (!answer.ok) { return { problem: await told(answer) }; }
          location.assign(`../${encodeURIComponent((await answer.json()).id)}/editor?lang=${language}`);
          return {};
        }
      : null,
    explain({ grid }) {
      return read(`${facts.explain}?grid=${encodeURIComponent(grid)}`);
    },
    listen(callback) {
      const first = !hear;
      hear = callback;
      if (!first) { return; }
      document.addEventListener("visibilitychange", attend);
      attend();
      setTimeout(look, facts.every || 4000);
    },
    stop() {
      stopped = true;
      document.removeEventListener("visibilitychange", attend);
      attend();
    },
  };
}

/* The kernel: messages of the widget, answered by the name of the request; the scene comes as one buffer of JSON. Each
   view of a widget hears the answers to all of them: an edit in another view is news. */
function widgetHost(model) {
  const waiting = new Map();
  const view = crypto.getRandomValues(new Uint32Array(2)).join("-");
  let number = 0,
    callback = () => {};
  const hear = (message, buffers) => {
    if (message.kind === "news") {
      callback(message.news);
      return;
    }
    const take = waiting.get(message.request);
    waiting.delete(message.request);
    if (!take) {
      const { revision, patch } = message.answer || {};
      if (patch) { callback({ revision, patch, who: null }); }
      return;
    }
    if (message.failed) {
      take.fail(new Error(message.failed));
      return;
    }
    take.done(buffers && buffers.length ? JSON.parse(new TextDecoder().decode(buffers[0])) : message.answer);
  };
  model.on("msg:custom", hear);
  const ask = (kind, body) =>
    new Promise((done, fail) => {
      const request = `${view}-${++number}`;
      waiting.set(request, { done, fail });
      model.send({ kind, request, body });
    });
  return {
    scene: () => ask("scene", {}),
    edit: (request) => ask("edit", request),
    explain: (about) => ask("explain", about),
    listen(act) {
      callback = act;
    },
    stop() {
      model.off("msg:custom", hear);
    },
  };
}
