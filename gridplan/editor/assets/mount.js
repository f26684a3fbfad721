/* Starts the editor in an element. Options: words and language, fills and special (colours), worker (address of
   MapLibre's worker), titled (whether the page is the editor's), remember (whether the browser may keep the choice of a
   base map). */
export async function mount(element, host, options) {
  element.classList.add("gp-editor");
  const words = new Words(options.words, options.language);
  element.replaceChildren(make("p", { class: "gp-loading", role: "status", text: words.say("loading") }));
  let editor = null;
  const start = (scene) => {
    const language = editor ? editor.words.language : options.language;
    if (editor) { editor.stop(); }
    editor = new Editor(element, host, { ...options, language, restart: start }, scene);
    return editor;
  };
  try {
    start(await host.scene());
    await editor.view.ready;
  } catch (error) {
    element.replaceChildren(
      make("p", { class: "gp-failed", role: "alert", text: `${words.say("failed")} ${error.message}` }),
    );
    throw error;
  }
  return {
    get editor() {
      return editor;
    },
    stop: () => {
      host.stop();
      editor.stop();
    },
  };
}
