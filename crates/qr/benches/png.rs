//! The time that one QR picture takes: the gateway draws one for each rotation of a code.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};

fn one_picture(c: &mut Criterion) {
    // As long as the text of a real linking attempt.
    let text = format!("https://wa.me/settings/linked_devices#2@{}", "k7Q/".repeat(57));
    c.bench_function("png", |b| b.iter(|| siskin_qr::png(black_box(&text))));
    c.bench_function("svg", |b| b.iter(|| siskin_qr::svg(black_box(&text))));
    c.bench_function("terminal", |b| b.iter(|| siskin_qr::terminal(black_box(&text))));
}

criterion_group!(benches, one_picture);
criterion_main!(benches);
