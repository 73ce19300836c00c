//! The page that links a phone.

use std::time::Duration;

use siskin_fleet::{End, SessionEvent};
use siskin_model::Phase;

use crate::site::{Site, ann, qr_page};

#[tokio::test]
async fn every_answer_keeps_the_page_to_itself() {
    let site = Site::new().await;
    let instance = site.instance("shop").await;
    for path in [qr_page(&instance), "/waInstance1/x".into(), "/console/sign-in".into()] {
        let headers = site.get(&path, &[]).await.headers;
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(headers["referrer-policy"], "same-origin");
        assert_eq!(headers["x-content-type-options"], "nosniff");
    }
}

#[tokio::test]
async fn nothing_in_a_page_needs_a_looser_policy() {
    let site = Site::sandbox().await;
    let instance = site.instance("shop").await;
    let html = site.get(&qr_page(&instance), &[]).await.text;
    for inline in ["<style", " style=", " onclick=", "javascript:", "https://"] {
        assert!(!html.contains(inline), "{inline}");
    }
    for script in html.split("<script").skip(1) {
        assert!(script.contains("src=\"/console/assets/"), "{script}");
    }
}

#[tokio::test]
async fn only_the_instances_own_token_opens_its_page() {
    let site = Site::new().await;
    let instance = site.instance("shop").await;
    let other = site.instance("other").await;
    assert_eq!(site.get(&qr_page(&instance), &[]).await.status, 200);
    let id = instance.id();
    let foreign = format!("/waInstance{id}/{}", other.token().expose());
    for path in [foreign.as_str(), &format!("/waInstance{id}/x"), "/waInstance9/x"] {
        let answer = site.get(path, &[]).await;
        assert_eq!(answer.status, 401, "{path}");
        assert!(answer.text.contains("This link does not open anything"));
    }
    for call in ["events", "pairing-code", "logout", "reboot"] {
        let path = format!("/qr-page/{id}/{}/{call}", other.token().expose());
        let answer = match call {
            "events" => site.get(&path, &[]).await,
            _ => site.post(&path, &[], "phone=15550100001").await,
        };
        assert_eq!(answer.status, 401, "{path}");
    }
}

#[tokio::test]
async fn the_language_follows_the_browser_and_the_choice() {
    let site = Site::new().await;
    let path = qr_page(site.instance("shop").await.as_ref());
    let page = site.get(&path, &[("accept-language", "fr, ar;q=0.8, en;q=0.5")]).await;
    assert!(page.text.contains("<html lang=\"ar\" dir=\"rtl\">"));
    let chosen = site.get(&format!("{path}?lang=ru"), &[("accept-language", "ar")]).await;
    assert!(chosen.text.contains("<html lang=\"ru\" dir=\"ltr\">"));
    let cookie = chosen.headers["set-cookie"].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap();
    let later = site.get(&path, &[("accept-language", "ar"), ("cookie", cookie)]).await;
    assert!(later.text.contains("<html lang=\"ru\""));
}

#[tokio::test]
async fn a_name_cannot_bring_markup_into_the_page() {
    let site = Site::new().await;
    let instance = site.instance("<b>shop</b>").await;
    let html = site.get(&qr_page(&instance), &[]).await.text;
    assert!(!html.contains("<b>shop"), "{html}");
}

#[tokio::test]
async fn a_pairing_code_shows_in_two_groups() {
    let site = Site::new().await;
    let instance = site.instance("shop").await;
    let path = format!("/qr-page/{}/{}/pairing-code", instance.id(), instance.token().expose());
    let plain = site.post(&path, &[], "phone=%2B1+555+010-0001").await;
    assert_eq!(plain.status, 303);
    assert_eq!(plain.headers["location"], qr_page(&instance).as_str());
    let html = site.get(&qr_page(&instance), &[]).await.text;
    assert!(html.contains("<span>ABCD</span><span>1234</span>"), "{html}");

    let json = [("accept", "application/json")];
    let in_place = site.post(&path, &json, "phone=15550100001").await;
    assert_eq!((in_place.status.as_u16(), in_place.text.as_str()), (200, "[]"));
    let refused = site.post(&path, &json, "phone=12").await;
    assert!(refused.text.contains("7 to 15 digits"), "{}", refused.text);
}

#[tokio::test]
async fn a_number_that_is_none_is_refused_next_to_its_field() {
    let site = Site::new().await;
    let instance = site.instance("shop").await;
    let path = format!("/qr-page/{}/{}/pairing-code", instance.id(), instance.token().expose());
    for (number, text) in [("12", "7 to 15 digits"), ("call me", "Use digits only")] {
        let answer = site.post(&path, &[], &format!("phone={number}")).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text.contains(text), "{number}");
        assert!(answer.text.contains(&format!("value=\"{number}\"")), "{number}");
    }
}

#[tokio::test]
async fn a_linked_instance_hides_most_of_its_number() {
    let site = Site::new().await;
    let instance = site.instance("shop").await;
    let mut link = instance.link();
    let viewer = instance.view_qr();
    let session = site.engine.opened().await;
    session.link(&ann()).await;
    link.wait_for(|link| link.phase == Phase::Online).await.unwrap();
    drop(viewer);
    let html = site.get(&qr_page(&instance), &[]).await.text;
    assert!(html.contains("Already linked") && html.contains("+1555•••••01"), "{html}");
    assert!(!html.contains("15550100001"), "{html}");
}

#[tokio::test]
async fn every_hindrance_has_a_page_of_its_own() {
    let linked = |end| {
        vec![SessionEvent::Paired(ann()), SessionEvent::Online(ann()), SessionEvent::Ended(end)]
    };
    let restricted = End::TemporarilyBanned(Duration::from_secs(3600));
    for (events, heading, button) in [
        (vec![SessionEvent::PasskeyRequired], "WhatsApp asks for a passkey", Some("reboot")),
        (vec![SessionEvent::Unreachable], "WhatsApp cannot be reached", None),
        (vec![SessionEvent::NotTrusted], "The server is not WhatsApp", None),
        (linked(End::Replaced), "The link is used elsewhere", Some("logout")),
        (linked(End::Banned), "WhatsApp has banned this account", Some("logout")),
        (linked(restricted), "WhatsApp has restricted this account", None),
        (linked(End::ClientOutdated), "This gateway needs an update", Some("reboot")),
    ] {
        let site = Site::new().await;
        let instance = site.instance("shop").await;
        let mut stream = super::live::Stream::open(
            &site,
            &format!("/qr-page/{}/{}/events", instance.id(), instance.token().expose()),
            &[],
        )
        .await;
        let session = site.engine.opened().await;
        for event in events {
            session.send(event).await;
        }
        stream.until(heading).await;
        let html = site.get(&qr_page(&instance), &[]).await.text;
        assert!(html.contains(heading), "{heading}");
        if let Some(button) = button {
            assert!(html.contains(&format!("/{button}\">")), "{heading}: {html}");
        }
    }
}
