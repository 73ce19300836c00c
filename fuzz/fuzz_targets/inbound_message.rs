#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| siskin_whatsapp::fuzzing::inbound_message(bytes));
