//! Puts the built page into the bridge.
//!
//! `SMTP_WALKTHROUGH_PAGE` names the folder of the built page (`cargo xtask build` sets it). Every file
//! in it is embedded three times: as it is, and compressed with brotli and with gzip where that makes
//! it smaller, so that the running bridge never compresses anything. Without the variable the bridge
//! gets one page, which says how to build the real one.
//!
//! What is written here is a Rust file in `OUT_DIR` that `src/page.rs` includes.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

/// The environment variable that names the folder of the built page.
const PAGE: &str = "SMTP_WALKTHROUGH_PAGE";

/// Served when no page was built.
const NO_PAGE: &str = "src/no-page.html";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed={PAGE}");
    println!("cargo::rerun-if-changed=build.rs");
    let files = if let Some(folder) = env::var_os(PAGE).filter(|folder| !folder.is_empty()) {
        files_of_the_page(Path::new(&folder))?
    } else {
        println!("cargo::rerun-if-changed={NO_PAGE}");
        vec![File { path: "/index.html".into(), content: fs::read(NO_PAGE)? }]
    };
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut table = String::from("&[\n");
    for (number, file) in files.iter().enumerate() {
        table += &asset(file, number, &out)?;
    }
    table += "]\n";
    fs::write(out.join("page.rs"), table)?;
    Ok(())
}

/// One file of the page.
struct File {
    /// As a browser asks for it: `/index.html`.
    path: String,
    content: Vec<u8>,
}

/// All files below `folder`, in the order of their paths, so that the same page gives the same binary.
fn files_of_the_page(folder: &Path) -> Result<Vec<File>, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    if !folder.join("index.html").is_file() {
        let folder = folder.display();
        return Err(format!(
            "{PAGE} must name the folder of a built page, but {folder} has no index.html; \
             `cargo xtask build` builds both"
        )
        .into());
    }
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder)?.to_str().ok_or("a file name is not UTF-8")?;
            let content = fs::read(&path)?;
            files.push(File { path: format!("/{}", name.replace('\\', "/")), content });
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// Writes the forms of one file to `out` and gives the expression that embeds them.
fn asset(file: &File, number: usize, out: &Path) -> Result<String, Box<dyn Error>> {
    let form = |name: &str, content: &[u8]| -> Result<String, Box<dyn Error>> {
        let path = out.join(format!("page-{number}.{name}"));
        fs::write(&path, content)?;
        Ok(format!("include_bytes!({:?})", path.to_str().ok_or("OUT_DIR is not UTF-8")?))
    };
    let smaller = |name: &str, content: &[u8]| -> Result<String, Box<dyn Error>> {
        if content.len() < file.content.len() {
            Ok(format!("Some({})", form(name, content)?))
        } else {
            Ok("None".into())
        }
    };
    let mut code = String::from("    Asset {\n");
    writeln!(code, "        path: {:?},", file.path)?;
    writeln!(code, "        content_type: {:?},", content_type(&file.path)?)?;
    writeln!(code, "        etag: \"\\\"{:016x}\\\"\",", fnv1a(&file.content))?;
    writeln!(code, "        raw: {},", form("raw", &file.content)?)?;
    writeln!(code, "        brotli: {},", smaller("br", &brotli(&file.content)?)?)?;
    writeln!(code, "        gzip: {},", smaller("gz", &gzip(&file.content)?)?)?;
    code += "    },\n";
    Ok(code)
}

/// The content type by extension. The bridge sends `nosniff`, so a wrong guess would break the page:
/// an extension that is not listed stops the build.
fn content_type(path: &str) -> Result<&'static str, Box<dyn Error>> {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    Ok(match extension {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        _ => return Err(format!("no content type for {path}: name one in bridge/build.rs").into()),
    })
}

fn brotli(content: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut compressed, &params)?;
    Ok(compressed)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

/// FNV-1a, 64 bits: an `ETag` has to differ when the content does, and nobody gains by forging one.
fn fnv1a(content: &[u8]) -> u64 {
    content.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
