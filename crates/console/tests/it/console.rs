//! The console.

use axum::http::StatusCode;
use siskin_model::ClientAddress;

use crate::site::{ADMIN_TOKEN, Site, between};

#[tokio::test]
async fn strangers_are_sent_to_the_door() {
    let site = Site::new().await;
    let id = site.instance("shop").await.id();
    for path in ["/console", "/console/new", &format!("/console/instances/{id}")] {
        let answer = site.get(path, &[]).await;
        assert_eq!(answer.status, 303, "{path}");
        assert_eq!(answer.headers["location"], "/console/sign-in");
        assert!(!answer.text.contains("shop"));
    }
    let answer = site.post(&format!("/console/instances/{id}/delete"), &[], "").await;
    assert_eq!(answer.status, 303);
    assert!(site.fleet.get(id).is_some());
}

#[tokio::test]
async fn the_session_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let site = Site::new().await;
    let form = format!("token={ADMIN_TOKEN}");
    let answer = site.post("/console/sign-in", &[], &form).await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    assert!(!cookie.contains("Secure") && !cookie.contains(ADMIN_TOKEN), "{cookie}");
    let by_https = site.post("/console/sign-in", &[("x-forwarded-proto", "https")], &form).await;
    assert!(by_https.headers["set-cookie"].to_str().unwrap().contains("Secure"));
}

#[tokio::test]
async fn who_guesses_is_slowed_down_and_nobody_else_is_locked_out() {
    let site = Site::new().await;
    tokio::time::pause();
    let guesser = Some(ClientAddress::Own([192, 0, 2, 1].into()));
    let owner = Some(ClientAddress::Own([192, 0, 2, 2].into()));
    let shared = Some(ClientAddress::Shared([127, 0, 0, 1].into()));
    for from in [guesser, shared, None] {
        for _ in 0..10 {
            assert_eq!(site.sign_in_from(from, "guess").await.status, 401);
        }
    }
    let answer = site.sign_in_from(guesser, ADMIN_TOKEN).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.headers["retry-after"], "60");
    for from in [owner, shared, None] {
        assert_eq!(site.sign_in_from(from, ADMIN_TOKEN).await.status, 303, "{from:?}");
    }
}

#[tokio::test]
async fn pictures_of_other_sites_lock_nobody_out_of_a_sandbox() {
    let site = Site::sandbox().await;
    let picture = [("sec-fetch-site", "cross-site"), ("sec-fetch-dest", "image")];
    for headers in [&picture[..], &[]] {
        for _ in 0..20 {
            assert_eq!(site.get("/console/enter/wrong", headers).await.status, 401);
        }
    }
    assert_eq!(site.get(&format!("/console/enter/{ADMIN_TOKEN}"), &[]).await.status, 303);
    assert_eq!(site.sign_in_from(None, ADMIN_TOKEN).await.status, 303);
}

#[tokio::test]
async fn forms_of_other_sites_do_nothing() {
    let site = Site::new().await;
    let admin = site.sign_in().await;
    let cookie = ("cookie", admin.cookie.as_str());
    let cross = [cookie, ("sec-fetch-site", "cross-site")];
    let foreign = [cookie, ("origin", "http://evil.example"), ("host", "127.0.0.1:8080")];
    for (headers, form) in [
        (&cross[..], admin.form("name=x")),
        (&foreign[..], admin.form("name=x")),
        (&[cookie][..], "name=x".to_owned()),
        (&[cookie][..], "csrf=wrong&name=x".to_owned()),
    ] {
        assert_eq!(site.post("/console/new", headers, &form).await.status, 403, "{form}");
    }
    assert!(site.fleet.list().is_empty());
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let site = Site::new().await;
    let admin = site.sign_in().await;
    site.post("/console/sign-out", &admin.headers(), &admin.form("")).await;
    assert_eq!(site.get("/console", &admin.headers()).await.status, 303);
}

#[tokio::test]
async fn the_link_that_signs_in_exists_only_in_a_sandbox() {
    let path = format!("/console/enter/{ADMIN_TOKEN}");
    let real = Site::new().await.get(&path, &[]).await;
    assert_eq!(real.status, 404);
    assert!(!real.headers.contains_key("set-cookie"));
    let site = Site::sandbox().await;
    assert_eq!(site.get("/console/enter/wrong", &[]).await.status, 401);
    let entered = site.get(&path, &[]).await;
    assert_eq!(entered.status, 303);
    assert_eq!(entered.headers["location"], "/console");
}

#[tokio::test]
async fn an_instance_is_created_and_handed_over() {
    let site = Site::new().await;
    let admin = site.sign_in().await;
    let form = admin.form("name=Front+desk");
    let created = site.post("/console/new", &admin.headers(), &form).await;
    let instance = site.fleet.list().pop().unwrap();
    assert_eq!(instance.name(), "Front desk");
    let page = site.get(created.headers["location"].to_str().unwrap(), &admin.headers()).await;
    assert!(page.text.contains(instance.token().expose()));
    let curl = format!("/waInstance{}/qr/{}", instance.id(), instance.token().expose());
    assert!(page.text.contains(&curl), "{}", page.text);

    let long = admin.form(&format!("name={}", "x".repeat(101)));
    let refused = site.post("/console/new", &admin.headers(), &long).await;
    assert_eq!(refused.status, 422);
    assert_eq!(site.fleet.list().len(), 1);
}

#[tokio::test]
async fn the_list_is_searched_and_split_into_pages() {
    let site = Site::new().await;
    let admin = site.sign_in().await;
    for number in 0..101 {
        site.instance(&format!("shop {number}")).await;
    }
    let first = site.get("/console", &admin.headers()).await.text;
    assert_eq!(first.matches("data-region=\"row-").count(), 100);
    assert!(first.contains("rel=\"next\" href=\"/console?page=1\""));
    let second = site.get("/console?page=1", &admin.headers()).await.text;
    assert_eq!(second.matches("data-region=\"row-").count(), 1);
    assert!(second.contains("rel=\"prev\" href=\"/console\""));
    let found = site.get("/console?q=SHOP+42", &admin.headers()).await.text;
    assert_eq!(found.matches("data-region=\"row-").count(), 1);
    let far = site.get(&format!("/console?page={}", u64::MAX), &admin.headers()).await;
    assert_eq!(far.status, 200);
}

#[tokio::test]
async fn settings_are_saved_all_or_nothing() {
    let site = Site::new().await;
    let admin = site.sign_in().await;
    let instance = site.instance("shop").await;
    let path = format!("/console/instances/{}/settings", instance.id());
    let good = admin.form(
        "webhookUrl=https%3A%2F%2Fexample.com%2F&webhookUrlToken=t&autoTyping=3\
         &delaySendMessagesMilliseconds=1000&incomingWebhook=yes",
    );
    assert_eq!(site.post(&path, &admin.headers(), &good).await.status, 303);
    let saved = instance.settings();
    assert_eq!(saved.webhook_url, "https://example.com/");
    assert_eq!((saved.auto_typing, saved.delay_send_messages_milliseconds), (3, 1000));
    assert!(saved.incoming_webhook.is_yes() && !saved.state_webhook.is_yes());

    for (field, text) in [
        ("webhookUrl=ftp", "Enter a full address"),
        ("autoTyping=11", "The largest value is <bdi>10</bdi>."),
        ("delaySendMessagesMilliseconds=soon", "This value is of the wrong kind."),
    ] {
        let answer = site.post(&path, &admin.headers(), &admin.form(field)).await;
        assert_eq!(answer.status, 422, "{field}");
        let key = field.split('=').next().unwrap();
        let wrong = between(&answer.text, &format!("id=\"{key}-wrong\">"), "</p>");
        assert!(wrong.contains(text), "{wrong}");
        assert_eq!(instance.settings(), saved, "{field}");
    }
}

#[tokio::test]
async fn deleting_wants_the_id() {
    let site = Site::new().await;
    let admin = site.sign_in().await;
    let id = site.instance("shop").await.id();
    let path = format!("/console/instances/{id}/delete");
    let refused = site.post(&path, &admin.headers(), &admin.form("confirm=1")).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("data-again"));
    assert!(site.fleet.get(id).is_some());
    let form = admin.form(&format!("confirm={id}"));
    assert_eq!(site.post(&path, &admin.headers(), &form).await.status, 303);
    assert!(site.fleet.get(id).is_none());
    let gone = site.get(&format!("/console/instances/{id}"), &admin.headers()).await;
    assert_eq!(gone.status, 404);
}

#[tokio::test]
async fn a_token_is_rotated() {
    let site = Site::new().await;
    let admin = site.sign_in().await;
    let instance = site.instance("shop").await;
    let old = instance.token();
    let path = format!("/console/instances/{}/token", instance.id());
    assert_eq!(site.post(&path, &admin.headers(), &admin.form("")).await.status, 303);
    assert!(!instance.token().matches(old.expose()));
}

#[tokio::test]
async fn assets_can_be_kept_and_are_what_they_say() {
    let site = Site::new().await;
    let page = site.get("/console/sign-in", &[]).await.text;
    let folder = between(&page, "href=\"/console/assets/", "/mark.svg");
    for (name, kind) in [
        ("siskin.css", "text/css; charset=utf-8"),
        ("main.js", "text/javascript; charset=utf-8"),
        ("mark.svg", "image/svg+xml"),
    ] {
        let asset = site.get(&format!("/console/assets/{folder}/{name}"), &[]).await;
        assert_eq!(asset.status, 200, "{name}");
        assert_eq!(asset.headers["content-type"], kind);
        assert!(asset.headers["cache-control"].to_str().unwrap().contains("immutable"));
    }
    assert_eq!(site.get(&format!("/console/assets/{folder}/x.js"), &[]).await.status, 404);
}

#[tokio::test]
async fn every_script_that_a_script_imports_is_embedded() {
    let site = Site::new().await;
    let main = site.get("/console/assets/x/main.js", &[]).await.text;
    for import in main.split("from \"./").skip(1) {
        let name = import.split('"').next().unwrap();
        let answer = site.get(&format!("/console/assets/x/{name}"), &[]).await;
        assert_eq!(answer.status, 200, "{name}");
    }
}
