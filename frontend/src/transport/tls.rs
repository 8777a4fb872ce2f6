//! The TLS module: a worker with a WebAssembly of its own, fetched when it is first needed, and kept.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use tls_messages::{Ask, Finish, FromModule, SessionId, Tell, ToModule, decode, encode};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    HtmlMetaElement, MessageEvent, ReadableStreamDefaultReader, Response, Worker, WorkerOptions,
    WorkerType,
};

/// One end of a TLS connection, wherever it is computed.
pub trait TlsSession {
    /// Asks for something.
    fn ask(&mut self, what: Ask);

    /// The next thing it has to tell.
    fn poll(&mut self) -> Option<Tell>;
}

/// Gives a session that has not been opened.
pub type TlsOpener = Rc<dyn Fn() -> Box<dyn TlsSession>>;

/// How far the module has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fetching {
    /// Nobody has needed it.
    #[default]
    NotNeeded,
    /// It is on its way.
    Under {
        /// Bytes that have come.
        got: u32,
        /// Bytes in all, where that is known.
        whole: u32,
    },
    /// It is there.
    There,
    /// It did not come.
    Failed,
}

/// The module, as the page holds it. There is one.
pub struct TlsModule {
    state: RefCell<State>,
    fetching: Cell<Fetching>,
    last_id: Cell<SessionId>,
    inboxes: RefCell<HashMap<SessionId, VecDeque<Tell>>>,
    /// Tells the driver that there is something to poll.
    wake: Rc<dyn Fn()>,
}

/// The worker, and what it was asked before it could listen.
#[derive(Default)]
struct State {
    worker: Option<Worker>,
    listens: bool,
    /// What goes with the next message.
    unasked: Vec<ToModule>,
    /// That message is on its way to be posted.
    posts: bool,
}

impl TlsModule {
    /// A module that nobody has needed yet.
    pub fn new(wake: Rc<dyn Fn()>) -> Rc<Self> {
        Rc::new(Self {
            state: RefCell::default(),
            fetching: Cell::default(),
            last_id: Cell::new(0),
            inboxes: RefCell::default(),
            wake,
        })
    }

    /// How far it has come.
    pub fn fetching(&self) -> Fetching {
        self.fetching.get()
    }

    /// A session in it. The first one has it fetched.
    pub fn session(self: &Rc<Self>) -> Box<dyn TlsSession> {
        if matches!(self.fetching.get(), Fetching::NotNeeded | Fetching::Failed) {
            self.fetching.set(Fetching::Under { got: 0, whole: 0 });
            let this = self.clone();
            spawn_local(async move {
                if this.fetch().await.is_none() {
                    this.fail();
                }
            });
        }
        let id = self.last_id.get().wrapping_add(1);
        self.last_id.set(id);
        self.inboxes.borrow_mut().insert(id, VecDeque::new());
        Box::new(InWorker { module: self.clone(), id })
    }

    /// Fetches the module, which the browser keeps, and then starts it from there.
    async fn fetch(self: &Rc<Self>) -> Option<()> {
        let files = Files::of_page()?;
        let window = web_sys::window()?;
        let response = JsFuture::from(window.fetch_with_str(&files.wasm)).await.ok()?;
        let response: Response = response.dyn_into().ok().filter(Response::ok)?;
        let reader: ReadableStreamDefaultReader = response.body()?.get_reader().dyn_into().ok()?;
        let mut got = 0;
        loop {
            let read = JsFuture::from(reader.read()).await.ok()?;
            if js_sys::Reflect::get(&read, &"done".into()).ok()?.is_truthy() {
                break;
            }
            let chunk = js_sys::Reflect::get(&read, &"value".into()).ok()?;
            got += chunk.dyn_into::<js_sys::Uint8Array>().ok()?.length();
            self.fetching.set(Fetching::Under { got, whole: files.length });
            (self.wake)();
        }
        self.start(&files.loader)
    }

    fn start(self: &Rc<Self>, loader: &str) -> Option<()> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(loader, &options).ok()?;
        let this = self.clone();
        let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let bytes = js_sys::Uint8Array::new(&event.data()).to_vec();
            for told in decode::<Vec<FromModule>>(&bytes).unwrap_or_default() {
                this.hear(told);
            }
            (this.wake)();
        });
        let this = self.clone();
        let fail = Closure::<dyn FnMut(JsValue)>::new(move |_| this.fail());
        worker.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        worker.set_onerror(Some(fail.as_ref().unchecked_ref()));
        // It lives as long as the page.
        hear.forget();
        fail.forget();
        self.state.borrow_mut().worker = Some(worker);
        Some(())
    }

    fn hear(&self, told: FromModule) {
        match told {
            FromModule::Ready => {
                self.fetching.set(Fetching::There);
                let mut state = self.state.borrow_mut();
                state.listens = true;
                state.post();
            }
            FromModule::Session { id, what } => {
                if let Some(inbox) = self.inboxes.borrow_mut().get_mut(&id) {
                    inbox.push_back(what);
                }
            }
        }
    }

    /// Everybody who waits for it is told, and the next one has it fetched again.
    fn fail(&self) {
        self.fetching.set(Fetching::Failed);
        self.state.replace(State::default());
        for inbox in self.inboxes.borrow_mut().values_mut() {
            inbox.push_back(Tell::Ended(Finish::Absent));
        }
        (self.wake)();
    }

    /// Asks with the next message, which holds all that is asked until the page has done what it is at.
    fn ask(self: &Rc<Self>, id: SessionId, what: Ask) {
        if self.fetching.get() == Fetching::Failed {
            return;
        }
        let mut state = self.state.borrow_mut();
        state.unasked.push(ToModule { id, what });
        if state.listens && !std::mem::replace(&mut state.posts, true) {
            let this = self.clone();
            spawn_local(async move { this.state.borrow_mut().post() });
        }
    }
}

impl State {
    fn post(&mut self) {
        self.posts = false;
        let bytes = encode(&std::mem::take(&mut self.unasked));
        let bytes = js_sys::Uint8Array::from(&bytes[..]);
        let buffer = js_sys::Array::of1(&bytes.buffer());
        if let Some(worker) = &self.worker {
            // A worker that is gone is told of by its error.
            let _ = worker.post_message_with_transfer(&bytes, &buffer);
        }
    }
}

/// One of the module's sessions.
struct InWorker {
    module: Rc<TlsModule>,
    id: SessionId,
}

impl TlsSession for InWorker {
    fn ask(&mut self, what: Ask) {
        self.module.ask(self.id, what);
    }

    fn poll(&mut self) -> Option<Tell> {
        self.module.inboxes.borrow_mut().get_mut(&self.id)?.pop_front()
    }
}

impl Drop for InWorker {
    fn drop(&mut self) {
        self.module.inboxes.borrow_mut().remove(&self.id);
        self.module.ask(self.id, Ask::Forget);
    }
}

/// Where the module is, as `index.html` says: the loader, the WebAssembly, and its length.
struct Files {
    loader: String,
    wasm: String,
    length: u32,
}

impl Files {
    fn of_page() -> Option<Self> {
        let document = web_sys::window()?.document()?;
        let meta = document.query_selector("meta[name=tls]").ok()??;
        let content = meta.dyn_into::<HtmlMetaElement>().ok()?.content();
        let mut words = content.split(' ');
        let mut file = || {
            let base = document.base_uri().ok()??;
            Some(web_sys::Url::new_with_base(words.next()?, &base).ok()?.href())
        };
        let (loader, wasm) = (file()?, file()?);
        let length = words.next().and_then(|length| length.parse().ok()).unwrap_or(0);
        Some(Self { loader, wasm, length })
    }
}
