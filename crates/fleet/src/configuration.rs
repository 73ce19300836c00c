use std::sync::Arc;

use parking_lot::RwLock;
use serde_json::{Map, Value};
use siskin_green_api::Settings;
use siskin_model::{InstanceId, Token};
use siskin_store::{Result, Store};
use tokio::sync::{Mutex, watch};

use crate::bell::Bell;
use crate::error::ChangeError;
use crate::ids::new_token;

/// What the owner of an instance can change of it: its settings and its token.
pub(crate) struct Configuration {
    id: InstanceId,
    store: Arc<dyn Store>,
    bell: Arc<Bell>,
    token: RwLock<Token>,
    settings: watch::Sender<Arc<Settings>>,
    /// Held while settings or token change: a change starts from what the last one left.
    changing: Mutex<()>,
}

impl Configuration {
    pub(crate) fn new(
        id: InstanceId,
        store: &Arc<dyn Store>,
        bell: &Arc<Bell>,
        token: Token,
        settings: Settings,
    ) -> Self {
        let (token, settings) = (RwLock::new(token), watch::Sender::new(Arc::new(settings)));
        Self {
            id,
            store: store.clone(),
            bell: bell.clone(),
            token,
            settings,
            changing: Mutex::default(),
        }
    }

    pub(crate) fn token(&self) -> Token {
        self.token.read().clone()
    }

    /// The settings as they are now.
    pub(crate) fn settings(&self) -> Arc<Settings> {
        self.settings.borrow().clone()
    }

    /// The settings, now and whenever they change.
    pub(crate) fn settings_changes(&self) -> watch::Receiver<Arc<Settings>> {
        self.settings.subscribe()
    }

    /// Applies a partial change of settings.
    pub(crate) async fn change_settings(
        &self,
        changes: &Map<String, Value>,
    ) -> std::result::Result<Arc<Settings>, ChangeError> {
        let _changing = self.changing.lock().await;
        let new = Arc::new(self.settings().changed_by(changes)?);
        self.store.save_settings(self.id, &new).await?;
        self.settings.send_replace(new.clone());
        self.bell.ring(self.id);
        Ok(new)
    }

    /// Replaces the token.
    pub(crate) async fn new_token(&self) -> Result<Token> {
        let _changing = self.changing.lock().await;
        self.save_new_token().await
    }

    /// Replaces the token if it is `old`.
    pub(crate) async fn replace_token(&self, old: &str) -> Result<Option<Token>> {
        let _changing = self.changing.lock().await;
        if !self.token().matches(old) {
            return Ok(None);
        }
        self.save_new_token().await.map(Some)
    }

    async fn save_new_token(&self) -> Result<Token> {
        let token = new_token();
        self.store.save_token(self.id, &token).await?;
        *self.token.write() = token.clone();
        Ok(token)
    }
}
