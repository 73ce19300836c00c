#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| siskin_api::fuzzing::json_body(body));
