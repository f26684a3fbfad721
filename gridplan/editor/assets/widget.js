/* The editor in a notebook: what anywidget asks a module for. MapLibre's worker runs from the text that came with the
   module. */
async function render({ model, el }) {
  const worker = URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" }));
  el.classList.add("gp-widget");
  el.addEventListener("keydown", keep);
  el.style.height = `${model.get("height")}px`;
  const host = widgetHost(model),
    mounted = await mount(el, host, { ...model.get("options"), worker });
  el.editor = mounted;
  return () => {
    mounted.stop();
    URL.revokeObjectURL(worker);
  };
}

/* A key that the notebook heard as well would insert, delete or run cells; what saves or searches in it goes on to it.
   */
function keep(event) {
  if (event.key === "Enter" || !(event.ctrlKey || event.metaKey || event.altKey)) { event.stopPropagation(); }
}

export default { render };
