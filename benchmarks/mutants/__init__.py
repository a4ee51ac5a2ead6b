"""How strong the tests are: small changes of the code that estimates, of which the tests should notice nearly all."""
