// Starts the page. It stands in a file of its own because the Content-Security-Policy allows no inline
// script. The names of the page's files change with their content: a <meta> has them.

const fail = (error) => {
  document.getElementById("app").hidden = true;
  document.getElementById("start-error").textContent = String(error);
  document.getElementById("start-failed").hidden = false;
};

// What goes wrong before the page is drawn is shown in its place.
addEventListener("error", ({ error }) => {
  if (document.querySelector("#app > .start-loading")) fail(error);
});

try {
  const names = document.querySelector('meta[name="app"]').content;
  const [js, wasm] = names.split(" ").map((name) => new URL(name, document.baseURI));
  const { default: start } = await import(js);
  await start({ module_or_path: wasm });
} catch (error) {
  fail(error);
}
