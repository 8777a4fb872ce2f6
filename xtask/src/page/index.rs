//! `index.html`: what it names of the checkout's files is copied into the page, under names made from what is in them.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, ensure};

use super::hash;

/// Where the page finds what was compiled, in the words of its `<meta>`s.
pub(super) struct Places {
    /// The page's glue and its WebAssembly.
    pub(super) app: [String; 2],
    /// The TLS module's worker, its WebAssembly, and how long that is.
    pub(super) tls: String,
}

/// What stands in `index.html` in the places of the two.
const APP: &str = "{app}";
const TLS: &str = "{tls}";
/// And where the browser is told to fetch at once what it will need at once.
const PRELOAD: &str = "<!-- {preload} -->";

/// Writes the page's `index.html`, and beside it the files that it names.
pub(super) fn write(root: &Path, page: &Path, places: &Places) -> Result<()> {
    let text = fs::read_to_string(root.join("index.html")).context("reading index.html")?;
    for placeholder in [APP, TLS, PRELOAD] {
        ensure!(text.contains(placeholder), "expected {placeholder} in index.html");
    }
    let [js, wasm] = &places.app;
    let preload = format!(
        "<link rel=\"modulepreload\" href=\"{js}\">\n    \
         <link rel=\"preload\" href=\"{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin>"
    );
    let text = text
        .replace(APP, &format!("{js} {wasm}"))
        .replace(TLS, &places.tls)
        .replace(PRELOAD, &preload);
    let mut sheets = String::new();
    let mut html = String::new();
    for line in text.lines() {
        match named(line) {
            Some(path) if line.contains("rel=\"stylesheet\"") => {
                sheets += &read(root, path)?;
                // They are one file, which stands where the first of them stood.
                if !html.contains(SHEETS) {
                    html += SHEETS;
                }
            }
            Some(path) => {
                let name = place(page, path, &read(root, path)?)?;
                html += &line.replace(path, &name);
                html.push('\n');
            }
            None => {
                html += line;
                html.push('\n');
            }
        }
    }
    let name = place(page, "page.css", &squeezed(&sheets))?;
    let link = format!("    <link rel=\"stylesheet\" href=\"{name}\">\n");
    fs::write(page.join("index.html"), html.replace(SHEETS, &link)).context("writing index.html")
}

/// Stands for all style sheets while the page is put together.
const SHEETS: &str = "{sheets}";

/// The checkout's file that a line names.
fn named(line: &str) -> Option<&str> {
    let attribute = ["href=\"", "src=\""].into_iter().find_map(|it| line.split_once(it))?.1;
    let (path, _) = attribute.split_once('"')?;
    path.starts_with("frontend/").then_some(path)
}

fn read(root: &Path, path: &str) -> Result<String> {
    fs::read_to_string(root.join(path)).with_context(|| format!("reading {path}"))
}

/// Puts a file into the page and gives its name there: `icon-0123456789abcdef.svg`.
fn place(page: &Path, path: &str, content: &str) -> Result<String> {
    let path = Path::new(path);
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    let name = format!("{stem}-{}.{extension}", hash(content.as_bytes()));
    fs::write(page.join(&name), content).with_context(|| format!("writing {name}"))?;
    Ok(name)
}

/// A style sheet without comments and indentation.
fn squeezed(sheet: &str) -> String {
    let mut rest = sheet;
    let mut bare = String::new();
    while let Some((before, behind)) = rest.split_once("/*") {
        bare += before;
        rest = behind.split_once("*/").map_or("", |(_, behind)| behind);
    }
    bare += rest;
    let lines = bare.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| line.to_owned() + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkout() -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("there is room for a folder");
        let write = |name: &str, content: &str| {
            let file = root.path().join(name);
            fs::create_dir_all(file.parent().expect("it lies in a folder")).expect("a folder");
            fs::write(file, content).expect("a new file");
        };
        write("frontend/a.css", "/* First. */\na {\n  color: red;\n}\n");
        write("frontend/b.css", "b { top: 0 }");
        write("frontend/start.js", "start()");
        write(
            "index.html",
            "<link rel=\"stylesheet\" href=\"frontend/a.css\">\n\
             <link rel=\"stylesheet\" href=\"frontend/b.css\">\n\
             <meta name=\"app\" content=\"{app}\">\n<meta name=\"tls\" content=\"{tls}\">\n\
             <!-- {preload} -->\n<script src=\"frontend/start.js\"></script>\n<p>text</p>\n",
        );
        root
    }

    fn written(root: &Path) -> Result<String> {
        let page = root.join("page");
        fs::create_dir_all(&page)?;
        let places =
            Places { app: ["app-1/main.js".into(), "app-1/main.wasm".into()], tls: "t".into() };
        write(root, &page, &places)?;
        Ok(fs::read_to_string(page.join("index.html"))?)
    }

    #[test]
    fn the_sheets_are_one_file_and_every_file_that_is_named_is_there() {
        let root = checkout();
        let html = written(root.path()).expect("all is there");
        assert_eq!(html.matches("stylesheet").count(), 1, "{html}");
        assert!(html.contains("content=\"app-1/main.js app-1/main.wasm\""), "{html}");
        assert!(html.contains("modulepreload") && html.ends_with("<p>text</p>\n"), "{html}");
        let mut sheets = 0;
        for line in html.lines().filter(|line| line.contains("page-") || line.contains("start-")) {
            let name = line.split('"').find(|it| it.contains("page-") || it.contains("start-"));
            let file = root.path().join("page").join(name.expect("it names a file"));
            let content = fs::read_to_string(file).expect("it is there");
            if line.contains("stylesheet") {
                assert_eq!(content, "a {\ncolor: red;\n}\nb { top: 0 }\n");
                sheets += 1;
            }
        }
        assert_eq!(sheets, 1);
    }

    #[test]
    fn another_content_has_another_name() {
        let root = checkout();
        let before = written(root.path()).expect("all is there");
        fs::write(root.path().join("frontend/start.js"), "begin()").expect("it can be written");
        assert_ne!(written(root.path()).expect("all is there"), before);
    }

    #[test]
    fn a_place_that_is_missing_is_named() {
        let root = checkout();
        fs::write(root.path().join("index.html"), "<p>nothing</p>").expect("it can be written");
        let error = written(root.path()).expect_err("there is no place").to_string();
        assert!(error.contains("{app}"), "{error}");
    }
}
