"""The commands, by what they are about; each file is imported when one of its commands is used."""
