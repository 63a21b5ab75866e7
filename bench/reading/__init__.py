"""How exactly replies are read: Parley and the public libraries on the same mails."""
