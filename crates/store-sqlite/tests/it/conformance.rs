siskin_store::conformance!(crate::fresh());
