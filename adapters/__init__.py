"""How we talk to each CRM: one module or folder per CRM, all speaking the protocol of base.py."""
