import { Controller, Get, Redirect } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../access.js';

/** Whoever types the name of the service alone wants to read. */
@ApiExcludeController()
@Public()
@Controller()
export class RootController {
  @Get()
  @Redirect('/board')
  root(): void {
    // The decorator says all.
  }
}
